// ssm.* keys of GGUF metadata -> layers with the gated delta rule, and which these are.
import { ModelFormatError, type DeltaLayers } from '@longread/core';
import type { ModelFamily } from './families.ts';
import { optionalInteger, requireInteger, requireMultiple, type GgufEntries } from './gguf-keys.ts';

type KeyOf = (name: string) => string;

/** Without the key a layer attends in so many. */
const usualInterval = 4;

/** Undefined where all layers attend. Throws ModelFormatError naming the key. */
export function readDelta(
  entries: GgufEntries,
  key: KeyOf,
  { mayHaveDelta }: ModelFamily,
  numLayers: number,
): DeltaLayers | undefined {
  if (!mayHaveDelta) return undefined;
  const isDelta = readKinds(entries, key, numLayers);
  if (!isDelta.includes(true)) return undefined;
  const read = (name: string, min: number, max: number) => requireInteger(entries, key(name), { min, max });
  const numKeyHeads = read('ssm.group_count', 1, 1024);
  const numValueHeads = read('ssm.time_step_rank', 1, 1024);
  requireMultiple(key('ssm.time_step_rank'), numValueHeads, numKeyHeads);
  const headDim = read('ssm.state_size', 1, 1024);
  const inner = read('ssm.inner_size', 1, 2 ** 20);
  if (inner !== numValueHeads * headDim)
    throw new ModelFormatError(
      `Metadata key "${key('ssm.inner_size')}" is ${inner}, but ${numValueHeads} value heads of ${headDim} make ${numValueHeads * headDim}: keys and values of one size are supported.`,
      { key: key('ssm.inner_size'), value: inner, limit: numValueHeads * headDim },
    );
  return { numKeyHeads, numValueHeads, headDim, length: read('ssm.conv_kernel', 2, 16), isDelta };
}

/** One flag a layer, or the last of each period attends. */
function readKinds(entries: GgufEntries, key: KeyOf, numLayers: number): readonly boolean[] {
  const name = key('attention.recurrent_layers');
  const flags = entries.get(name);
  if (flags === undefined) {
    const period = key('full_attention_interval');
    const interval = optionalInteger(entries, period, { min: 1, max: numLayers }) ?? usualInterval;
    if (interval > numLayers) throw noneAttends(period, numLayers);
    return Array.from({ length: numLayers }, (_, layer) => (layer + 1) % interval !== 0);
  }
  const given: readonly unknown[] = Array.isArray(flags) ? flags : [];
  // Layers that are not run have flags, too.
  if (given.length < numLayers || !given.every((flag) => [true, false, 0, 1].includes(flag as number)))
    throw new ModelFormatError(
      `Metadata key "${name}" has ${given.length} values: expected one flag for each of ${numLayers} layers.`,
      { key: name, length: given.length, numLayers },
    );
  const isDelta = given.slice(0, numLayers).map((flag) => flag === true || flag === 1);
  if (!isDelta.includes(false)) throw noneAttends(name, numLayers);
  return isDelta;
}

function noneAttends(key: string, numLayers: number): ModelFormatError {
  return new ModelFormatError(
    `By metadata key "${key}" none of ${numLayers} layers attends: such models are not supported.`,
    { key, numLayers },
  );
}

/** Layers at the end that predict further tokens, which are not run. */
export function readSkippedLayers(entries: GgufEntries, key: KeyOf, { maySkip }: ModelFamily): number {
  if (!maySkip) return 0;
  return optionalInteger(entries, key('nextn_predict_layers'), { min: 0, max: 1023 }) ?? 0;
}
