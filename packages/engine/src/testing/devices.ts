// Holds on to the devices that this page's code requests, so that a test can take them away. Never part of the product.

export interface Devices {
  /** Takes away the device that was given last. */
  lose(): void;
  /** Devices given so far. */
  readonly count: number;
  /** Resolves when all devices given so far are gone. */
  gone(): Promise<unknown>;
  /** Ends the watch. */
  release(): void;
}

/** Watches `requestDevice` from here on. */
export function watchDevices(): Devices {
  const original: GPUAdapter['requestDevice'] = Reflect.get(GPUAdapter.prototype, 'requestDevice');
  const given: GPUDevice[] = [];
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor) {
    const device = await original.call(this, descriptor);
    given.push(device);
    return device;
  };
  return {
    lose: () => given.at(-1)?.destroy(),
    get count() {
      return given.length;
    },
    gone: () => Promise.all(given.map(({ lost }) => lost)),
    release: () => {
      GPUAdapter.prototype.requestDevice = original;
    },
  };
}
