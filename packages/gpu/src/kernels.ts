// Compiles kernels, each (kernel, overrides) once, and caches their bind groups. Runtime shapes never enter a key.
import { ShaderCompileError, invariant } from '@longread/core';
import { brokenRule, describeRule, type KernelSpec } from '@longread/shaders';
import type { Device } from './device.ts';

/** A kernel ready to dispatch: its spec, the overrides it was specialised with, and the pipeline. */
export interface Kernel<B extends string = string, U extends string = string, O extends string = string> {
  readonly spec: KernelSpec<B, U, O>;
  readonly overrides: Readonly<Record<O, number>>;
  readonly pipeline: GPUComputePipeline;
  /** @internal */
  readonly layout: GPUBindGroupLayout;
  readonly key: string;
}

/** What a kernel's bindings lead to, a buffer a level. */
interface BoundTo {
  group: GPUBindGroup | undefined;
  readonly next: Map<GPUBuffer, BoundTo>;
}

export class KernelCache {
  readonly #device: Device;
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #bindGroups = new Map<GPUBindGroupLayout, BoundTo>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** @throws ShaderCompileError naming the kernel, the line and its text, and the compiler's message. */
  get<B extends string, U extends string, O extends string>(
    spec: KernelSpec<B, U, O>,
    overrides: Partial<Readonly<Record<O, number>>> = {},
  ): Promise<Kernel<B, U, O>> {
    const merged = { ...spec.overrides, ...overrides };
    const key = kernelKey(spec, overrides);
    let kernel = this.#kernels.get(key);
    if (kernel === undefined) {
      kernel = this.#compile(spec, merged, key);
      this.#kernels.set(key, kernel);
    }
    return kernel as unknown as Promise<Kernel<B, U, O>>;
  }

  /** The bind group of `buffers`, after the uniform block at binding 0. One that is known is found without making anything. */
  bindGroup<B extends string>(
    { spec, layout }: Pick<Kernel<B>, 'spec' | 'layout'>,
    uniforms: GPUBuffer,
    buffers: Readonly<Record<B, GPUBuffer>>,
  ): GPUBindGroup {
    let bound = this.#bindGroups.get(layout);
    if (bound === undefined) this.#bindGroups.set(layout, (bound = { group: undefined, next: new Map() }));
    for (const { name } of spec.bindings) {
      const buffer = buffers[name];
      let next: BoundTo | undefined = bound.next.get(buffer);
      if (next === undefined) bound.next.set(buffer, (next = { group: undefined, next: new Map() }));
      bound = next;
    }
    return (bound.group ??= this.#device.handle.createBindGroup({
      label: spec.name,
      layout,
      entries: [
        { binding: 0, resource: { buffer: uniforms, size: uniformBytes(spec) } },
        ...spec.bindings.map(({ name }, i) => ({ binding: i + 1, resource: { buffer: buffers[name] } })),
      ],
    }));
  }

  /** Lets go of all bind groups, because some of their buffers were destroyed. */
  forgetBindGroups(): void {
    this.#bindGroups.clear();
  }

  async #compile(spec: KernelSpec, overrides: Record<string, number>, key: string): Promise<Kernel> {
    checkShapes(spec, overrides);
    const { handle } = this.#device;
    handle.pushErrorScope('validation'); // one that does not compile is told below: the device has not failed
    const module = handle.createShaderModule({ label: spec.name, code: spec.source });
    void handle.popErrorScope();
    const { messages } = await module.getCompilationInfo();
    const error = messages.find((message) => message.type === 'error');
    if (error !== undefined) {
      // Most of a module's text is generated or shared: the line's number in it finds no file.
      const text = spec.source.split('\n')[error.lineNum - 1]?.trim() ?? '';
      throw new ShaderCompileError(
        `The kernel ${spec.name} does not compile on this device: line ${error.lineNum}, "${text}": ${error.message}`,
        { kernel: spec.name, line: error.lineNum },
      );
    }
    const layout = handle.createBindGroupLayout({
      label: spec.name,
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: uniformBytes(spec) },
        },
        ...spec.bindings.map(({ access }, i) => ({
          binding: i + 1,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' } as const,
        })),
      ],
    });
    const pipeline = await handle
      .createComputePipelineAsync({
        label: key,
        layout: handle.createPipelineLayout({ label: spec.name, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main', constants: overrides },
      })
      .catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new ShaderCompileError(
          `No pipeline for ${key} on this device: ${message}`,
          { kernel: spec.name },
          { cause },
        );
      });
    invariant(spec.bindings.length <= 8, `${spec.name} binds more than eight storage buffers`);
    return { spec, overrides, pipeline, layout, key };
  }
}

/** Names a kernel with its overrides, as it is compiled once and remembered. */
export function kernelKey(
  { name, overrides: defaults }: Pick<KernelSpec, 'name' | 'overrides'>,
  overrides: Readonly<Record<string, number | undefined>>,
): string {
  return `${name} ${JSON.stringify({ ...defaults, ...overrides })}`;
}

/** Nobody may ask a kernel for a size that it does wrongly: models were checked at load, variants chosen by it. */
export function checkShapes(
  spec: Pick<KernelSpec, 'name' | 'shapes'>,
  sizes: Readonly<Record<string, number>>,
): void {
  const broken = brokenRule(spec, sizes);
  if (broken === undefined) return;
  const { name, value, rule } = broken;
  invariant(false, `${spec.name} is asked for a ${name} of ${value}, which is not ${describeRule(rule)}`);
}

/** Size of a kernel's uniform struct: 4 bytes a field, rounded up to 16. */
function uniformBytes(spec: Pick<KernelSpec, 'uniforms'>): number {
  return Math.ceil((spec.uniforms.length * 4) / 16) * 16;
}
