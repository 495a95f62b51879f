// Every kernel that may stand in for another, forced on in a model, one at a time: what the tuner would take if it were fastest.
import type { TuningRow } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { variantsOf, type KernelSpec, type KernelVariant } from '@longread/shaders';
import { allOperations } from '@longread/shaders/all.ts';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import { checkModel, type ModelVerdict } from './check-model.ts';
import { modelCase } from './random-model.ts';

export interface ForcedVerdict extends Pick<ModelVerdict, 'verdict' | 'detail'> {
  /** Undefined: the first of all. */
  readonly kernel: string | undefined;
  /** All that ran, what goes with the kernel included: one that was chosen and not dispatched shows nothing. */
  readonly ran: readonly string[];
}

/** Products of a format that all kernels read, heads of one size; the first of two layers is all that compressing attends in. */
const modelOf = (headDim: number) =>
  modelCase(11, {
    headDim,
    numLayers: 2,
    numHeads: 4,
    numKvHeads: 2,
    hiddenSize: 64,
    intermediateSize: 64,
    embeddingType: 'Q8_0',
    tensorTypes: Object.fromEntries(
      ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'].flatMap((name) =>
        [0, 1].map((layer) => [`blk.${layer}.${name}.weight`, 'Q4_0']),
      ),
    ),
  });

const row = { gflops: undefined, note: '' };

/** What the tuner says: attention in one dispatch or not, and the kernel for products of any shape where it is of one. */
function rowsOf(headDim: number, isFlash: boolean, kernel = ''): readonly TuningRow[] {
  const kinds = ['staged', ...(isFlash ? ['flash'] : [])].map((variant, i) => {
    return { ...row, kernel: 'attention', shapeClass: `${headDim} 4/2`, variant, key: variant, ms: 2 - i };
  });
  const [operation = ''] = kernel.split('/');
  return [...kinds, { ...row, kernel: operation, shapeClass: 'any', variant: kernel, key: kernel, ms: 1 }];
}

/** The kernel of that name where it is among the variants; where there are several they are noted. */
function forcing(
  gpu: Gpu,
  rows: readonly TuningRow[],
  kernel: string | undefined,
  offered = new Map<string, KernelSpec>(),
): KernelChoice {
  const { find, choose } = untestedChoice(gpu);
  const first = <S extends KernelSpec>(variants: readonly KernelVariant<S>[]) => {
    if (variants.length > 1) for (const { spec } of variants) offered.set(spec.name, spec);
    return variants.toSorted((a, b) => Number(b.spec.name === kernel) - Number(a.spec.name === kernel));
  };
  return { rows, find: (variants) => find(first(variants)), choose: (variants) => choose(first(variants)) };
}

/** Calls back with each kernel that is asked for, of those that heads of that size offer a choice of, forced on. */
export async function checkForced(
  gpu: Gpu,
  headDim: number,
  isWanted: (spec: KernelSpec) => boolean,
  onVerdict: (verdict: ForcedVerdict) => void,
): Promise<void> {
  const model = modelOf(headDim);
  const ran = new Set<string>();
  const { recorder } = gpu;
  const dispatch = recorder.dispatch.bind(recorder);
  recorder.dispatch = (kernel, ...rest) => {
    ran.add(kernel.spec.name);
    dispatch(kernel, ...rest);
  };
  const run = async (isFlash: boolean, kernel: string | undefined, offered?: Map<string, KernelSpec>) => {
    ran.clear();
    const choice = forcing(gpu, rowsOf(headDim, isFlash, kernel), kernel, offered);
    return { ...(await checkModel(gpu, model, choice)), ran: [...ran] };
  };
  try {
    const seen = new Set<string>();
    for (const isFlash of [false, true]) {
      const offered = new Map<string, KernelSpec>();
      onVerdict({ kernel: undefined, ...(await run(isFlash, undefined, offered)) });
      for (const [kernel, spec] of offered) {
        if (seen.has(kernel) || !isWanted(spec)) continue;
        seen.add(kernel);
        onVerdict({ kernel, ...(await run(isFlash, kernel, offered)) });
      }
    }
  } finally {
    recorder.dispatch = dispatch;
  }
}

/** Those that are asked for, of operations that have several or that fuse others, which the device can run and which did not run. */
export function untried(
  { facts }: Gpu,
  isWanted: (spec: KernelSpec) => boolean,
  ran: ReadonlySet<string>,
): readonly string[] {
  return allOperations
    .filter(({ bodies, fuses }) => Object.keys(bodies).length > 1 || fuses !== undefined)
    .flatMap((operation) => variantsOf(operation, facts, {}))
    .flatMap(({ spec }) => (ran.has(spec.name) || !isWanted(spec) ? [] : [spec.name]));
}
