// Every device that this page's code requests is a face of one: what one compiled, the next one finds, for compiling its kernels takes a
// new device of a software adapter seconds. A face ends as a device does: it is lost, its buffers are gone, and nothing runs on it. Whole
// sessions in workers, and those end to end, have devices of their own. Never part of the product.

type Pipelines = Map<string, Promise<GPUComputePipeline>>;

interface Kept {
  readonly device: GPUDevice;
  readonly pipelines: Pipelines;
}

const descriptions = new WeakMap<object, string>();
const destroyBuffer: GPUBuffer['destroy'] = Reflect.get(GPUBuffer.prototype, 'destroy');
let kept: Promise<Kept> | undefined;
let isKeeping = false;

/** Stands between this page's code and its adapters from here on. */
export function keepOneDevice(): void {
  if (isKeeping) return;
  isKeeping = true;
  const createShaderModule: GPUDevice['createShaderModule'] = Reflect.get(
    GPUDevice.prototype,
    'createShaderModule',
  );
  // Below what a test puts there: what is compiled is what arrives here.
  GPUDevice.prototype.createShaderModule = function (this: GPUDevice, descriptor) {
    return described(createShaderModule.call(this, descriptor), descriptor.code);
  };
  const original: GPUAdapter['requestDevice'] = Reflect.get(GPUAdapter.prototype, 'requestDevice');
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor) {
    kept ??= original.call(this, descriptor).then((device) => {
      void device.lost.then(() => (kept = undefined));
      return { device, pipelines: new Map() };
    });
    return faceOf(await kept);
  };
}

/** What `device` has but for what differs by face. */
function faceOf({ device, pipelines }: Kept): GPUDevice {
  const buffers = new Set<GPUBuffer>();
  const listeners = new AbortController();
  let isGone = false;
  let tell: (info: GPUDeviceLostInfo) => void = () => undefined;
  const lost = new Promise<GPUDeviceLostInfo>((resolve) => (tell = resolve));
  const end = (info: Pick<GPUDeviceLostInfo, 'reason' | 'message'>): void => {
    if (isGone) return;
    isGone = true;
    listeners.abort(); // nobody hears of a lost device's mistakes
    for (const buffer of buffers) destroyBuffer.call(buffer); // not by a method that a test may be watching
    tell({ __brand: 'GPUDeviceLostInfo', ...info });
  };
  void device.lost.then(end);

  const own: Partial<GPUDevice> = {
    lost,
    queue: face(device.queue, {
      submit: (commands) => (isGone ? undefined : device.queue.submit(commands)),
      writeBuffer: (...args: Parameters<GPUQueue['writeBuffer']>) => {
        if (!isGone) device.queue.writeBuffer(...args);
        return undefined;
      },
    }),
    destroy: () => {
      end({ reason: 'destroyed', message: 'Device was destroyed.' });
      return undefined;
    },
    addEventListener: (type: string, listener: EventListenerOrEventListenerObject) =>
      device.addEventListener(type, listener, { signal: listeners.signal }),
    createBuffer: (descriptor) => {
      const buffer = device.createBuffer(descriptor);
      buffers.add(buffer);
      if (isGone) destroyBuffer.call(buffer);
      const map = buffer.mapAsync.bind(buffer);
      buffer.mapAsync = (...args) =>
        isGone ? Promise.reject(new DOMException('The device is lost.', 'AbortError')) : map(...args);
      return buffer;
    },
    createBindGroupLayout: (descriptor) =>
      described(device.createBindGroupLayout(descriptor), JSON.stringify(descriptor.entries)),
    createPipelineLayout: (descriptor) =>
      described(
        device.createPipelineLayout(descriptor),
        [...descriptor.bindGroupLayouts].map((layout) => layout && descriptions.get(layout)).join(),
      ),
    createComputePipelineAsync: (descriptor) => {
      const { layout, compute } = descriptor;
      const parts = [compute.module, layout].map((part) =>
        typeof part === 'object' ? descriptions.get(part) : part,
      );
      const key = JSON.stringify([...parts, compute.entryPoint, compute.constants]);
      const found = pipelines.get(key) ?? device.createComputePipelineAsync(descriptor);
      pipelines.set(key, found);
      found.catch(() => pipelines.delete(key));
      return found;
    },
  };
  return face(device, own);
}

function described<T extends object>(made: T, description: string): T {
  descriptions.set(made, description);
  return made;
}

/** `whole` with some members of its own, which are called as it is; the rest are those of `whole`, looked up when they are used. */
function face<T extends object>(whole: T, own: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in own ? own : target, name, name in own ? own : target);
      if (typeof value !== 'function' || name in own) return value;
      return (...args: unknown[]): unknown => Reflect.apply(value, target, args);
    },
  });
}
