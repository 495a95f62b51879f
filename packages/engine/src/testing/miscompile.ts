// A driver that compiles some kernels into something else, for tests of the self-test. Never part of the product.

/** What of a kernel's source becomes what. */
export type Faults = Readonly<Record<string, readonly [from: string, to: string] | 'does not compile'>>;

/** One wrong line in each of the kernels that are written for subgroups. */
export const faultsOfSubgroups = {
  'matmul/quad': ['y[at] = value + ', 'y[at] = 1.01 * value + '],
  'matmul/subgroup': ['a0 += w.low', 'a0 -= w.low'],
  'matmul/gated-quad': ['/ 4u] = activated', '/ 4u] = 1.01 * activated'],
  'matvec/quad': ['y[at] = value', 'y[at] = 1.01 * value'],
  'matvec/subgroup': ['store(n, sum)', 'store(n, 1.01 * sum)'],
  'matvec/gated-quad': ['y[n] = value', 'y[n] = 1.01 * value'],
  'attention/scores-quad': ['s[at.x] = first[0]', 's[at.x] = 1.01 * first[0]'],
  'attention/values-quad': ['y[at] = first', 'y[at] = 1.01 * first'],
  'decode-attention/split-quad': ['partial[to + at] = y[i]', 'partial[to + at] = 1.01 * y[i]'],
  'decode-attention/split-subgroup': ['exp(scores[own + k] - top)', '1.01 * exp(scores[own + k] - top)'],
} as const satisfies Faults;

export interface Miscompiler {
  /** Names of the kernels that were compiled since it began. */
  readonly compiled: ReadonlySet<string>;
  release(): void;
}

/** Stands between the engine and all devices from here on. */
export function miscompile(faults: Faults): Miscompiler {
  const original: GPUDevice['createShaderModule'] = Reflect.get(GPUDevice.prototype, 'createShaderModule');
  const compiled = new Set<string>();
  GPUDevice.prototype.createShaderModule = function (this: GPUDevice, descriptor) {
    const { label = '', code } = descriptor;
    compiled.add(label);
    const fault = faults[label];
    if (fault === undefined) return original.call(this, descriptor);
    const wrong = fault === 'does not compile' ? `${code} nonsense` : code.replaceAll(...fault);
    if (wrong === code) throw new Error(`${label} has no ${fault[0]}`);
    return original.call(this, { ...descriptor, code: wrong });
  };
  return {
    compiled,
    release: () => {
      GPUDevice.prototype.createShaderModule = original;
    },
  };
}
