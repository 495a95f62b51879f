// How long recorded work will take, learnt from how long submissions took. Kernels differ by a factor of ten in what they make of
// a floating-point operation, so each has a cost of its own; a submission of several shares its error among them.

/** Milliseconds that any submission takes, whatever is in it. */
const overheadMs = 1;
/**
 * Cost of a kernel that was never timed, in ms per operation: a quarter of a gigaflop a second, so that first submissions are short
 * on software adapters too. With one gigaflop they took up to 283 ms there.
 */
const firstCost = 4e-6;
/** Submissions shorter than this measure overhead. */
const tellingMs = 4;
/** How much of a submission's error is believed: other programs make single ones long. */
const belief = 0.5;
/** Most that one submission changes a cost by. */
const largestStep = 4;

/** Expected milliseconds by kernel of what a submission holds. */
export type ExpectedWork = ReadonlyMap<string, number>;

export class Pacer {
  readonly #costs = new Map<string, number>();

  /** Expected milliseconds of `flops` operations of a kernel. */
  expect(kernel: string, flops: number): number {
    return flops * (this.#costs.get(kernel) ?? firstCost);
  }

  /** Takes note of how long a submission took. */
  learn(work: ExpectedWork, elapsedMs: number): void {
    const expectedMs = [...work.values()].reduce((sum, ms) => sum + ms, 0);
    if (expectedMs === 0 || Math.max(expectedMs, elapsedMs) < tellingMs) return;
    const took = Math.max(elapsedMs - overheadMs, 0.1);
    const factor = Math.min(largestStep, Math.max(1 / largestStep, took / expectedMs));
    for (const [kernel, ms] of work) {
      const share = ms / expectedMs;
      this.#costs.set(kernel, (this.#costs.get(kernel) ?? firstCost) * factor ** (belief * share));
    }
  }
}
