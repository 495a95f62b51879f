// Which of an operation's kernels a device runs: the best that agrees with its CPU twin there. What does not compile or computes
// something else is dropped and named in the tuning table; a device on which nothing is right for an operation is refused.
import {
  invariant,
  ShaderCompileError,
  throwIfAborted,
  WebGpuUnavailableError,
  withFailure,
  withPass,
  type Tuning,
  type TuningRow,
} from '@longread/core';
import { kernelKey, type Gpu, type Kernel } from '@longread/gpu';
import type { KernelSpec, KernelVariant } from '@longread/shaders';
import type { CallOptions } from '../api.ts';
import { testKernel } from './self-test.ts';

/** A kernel of `S`'s signature, ready to dispatch. */
export type Compiled<S> = S extends KernelSpec<infer B, infer U, infer O> ? Kernel<B, U, O> : never;

export interface KernelChoice {
  /** Times of the products' variants. */
  readonly rows: readonly TuningRow[];
  /** The first of the variants that is right, if any. */
  readonly find: <S extends KernelSpec>(
    variants: readonly KernelVariant<S>[],
  ) => Promise<Compiled<S> | undefined>;
  /** The same for what nothing stands in for. @throws WebGpuUnavailableError naming adapter, kernels and what differs */
  readonly choose: <S extends KernelSpec>(variants: readonly KernelVariant<S>[]) => Promise<Compiled<S>>;
}

/** Takes the first variant for right. For tests and measurements. Throws ShaderCompileError. */
export function untestedChoice(gpu: Gpu, rows: readonly TuningRow[] = []): KernelChoice {
  const choose: KernelChoice['choose'] = async (variants) => compile(gpu, variants[0]);
  return { rows, find: choose, choose };
}

export interface TestedChoice extends KernelChoice {
  /** The table, with what was found out. */
  readonly tuning: Tuning;
}

/** Tests each kernel once, one at a time; those that passed at an earlier load are taken for right. */
export function testedChoice(gpu: Gpu, known: Tuning, { signal, onProgress }: CallOptions): TestedChoice {
  let tuning = known;
  const progress = { done: 0, total: 0 };
  const verdicts = new Map<string, Promise<Kernel | undefined>>();
  let last: Promise<unknown> = Promise.resolve();

  const reasonOf = (key: string) => tuning.failed.find((failure) => failure.key === key)?.reason;
  const test = async (kernel: Kernel): Promise<string | undefined> => {
    throwIfAborted(signal, 'tune');
    const difference = await testKernel(gpu, kernel);
    progress.done += 1;
    onProgress?.({ phase: 'tune', ...progress, unit: 'cases' });
    return difference;
  };
  /** Compiles side by side, tests in turn. */
  const judge = async (variant: KernelVariant<KernelSpec>, key: string): Promise<Kernel | undefined> => {
    let kernel: Kernel;
    try {
      kernel = await compile(gpu, variant);
    } catch (error) {
      if (!(error instanceof ShaderCompileError)) throw error;
      tuning = withFailure(tuning, { key, reason: error.message });
      return undefined;
    }
    if (tuning.tested.includes(key)) return kernel;
    progress.total += 1;
    const turn = last.then(() => test(kernel));
    last = turn.catch(() => undefined);
    const difference = await turn;
    tuning =
      difference === undefined ? withPass(tuning, key) : withFailure(tuning, { key, reason: difference });
    return difference === undefined ? kernel : undefined;
  };
  const first = async <S extends KernelSpec>(
    variants: readonly KernelVariant<S>[],
  ): Promise<Compiled<S> | undefined> => {
    for (const variant of variants) {
      const key = kernelKey(variant.spec, variant.overrides);
      const verdict = verdicts.get(key) ?? judge(variant, key);
      verdicts.set(key, verdict);
      const kernel = await verdict;
      if (kernel !== undefined) return kernel as unknown as Compiled<S>;
    }
    return undefined;
  };
  const hasFailed = ({ spec, overrides }: KernelVariant<KernelSpec>) =>
    known.failed.some(({ key }) => key === kernelKey(spec, overrides));

  return {
    rows: known.rows,
    get tuning() {
      return tuning;
    },
    find: (variants) => first(variants.filter((variant) => !hasFailed(variant))),
    choose: async (variants) => {
      // What failed at an earlier load is the last resort: its driver may have been mended since.
      const kernel =
        (await first(variants.filter((variant) => !hasFailed(variant)))) ??
        (await first(variants.filter(hasFailed)));
      if (kernel !== undefined) return kernel;
      const failures = variants.map(({ spec, overrides }) => ({
        name: spec.name,
        reason: reasonOf(kernelKey(spec, overrides)) ?? 'not tried',
      }));
      throw refusal(gpu, failures);
    },
  };
}

async function compile<S extends KernelSpec>(
  gpu: Gpu,
  variant: KernelVariant<S> | undefined,
): Promise<Compiled<S>> {
  invariant(variant, 'an operation has no kernel for the sizes at hand');
  return (await gpu.kernels.get(variant.spec, variant.overrides)) as unknown as Compiled<S>;
}

function refusal(
  { facts: { adapter } }: Gpu,
  failures: readonly { readonly name: string; readonly reason: string }[],
): WebGpuUnavailableError {
  const found = failures.map(({ name, reason }) => `the kernel ${name}: ${reason}`).join('; ');
  return new WebGpuUnavailableError(
    `This GPU computes wrong numbers, so Longread does not use it: ${adapter}, ${found}. ` +
      'Update the graphics driver or the browser, or use another GPU or browser.',
    { adapter, kernel: failures.map(({ name }) => name).join(', '), difference: failures[0]?.reason ?? '' },
  );
}
