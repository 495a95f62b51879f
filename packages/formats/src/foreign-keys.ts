// Metadata keys of an architecture that change what a model computes in a way that is not run: refused by name, unless their value is
// the one that changes nothing.
import type { ModelFamily } from './families.ts';
import type { GgufEntries } from './gguf-keys.ts';
import { unsupported } from './unsupported.ts';

/** By the end of the key: the values that change nothing, and what any other asks for. */
const foreign: readonly (readonly [name: string, neutral: readonly unknown[], what: string])[] = [
  ['expert_count', [0], 'a mixture of experts'],
  ['attention.causal', [true], 'attention to what comes after a token'],
  ['attention.output_scale', [0, 1], 'a scale of the output of attention'],
  ['attention.clamp_kqv', [0], 'clamped projections'],
  ['attention.max_alibi_bias', [0], 'ALiBi'],
  ['attn_logit_softcapping', [0], 'soft-capped attention'],
  ['use_parallel_residual', [false], 'parallel residuals'],
  ['pooling_type', [0], 'pooled embeddings in the place of an answer'],
  ['rope.scaling.alpha', [0, 1], 'a rope base that depends on the length'],
];

const ofAnyWindow: typeof foreign = [['attention.sliding_window', [0], 'sliding-window attention']];

/** What only families with sliding layers between others have. */
const ofSlidingLayers: typeof foreign = [
  ['attention.sliding_window_pattern', [], 'sliding-window attention'],
  ['rope.freq_base_swa', [], 'another rope base in some layers'],
];

/** What no family has beside sliding layers: whether it is theirs, too, differs from program to program. */
const besideSlidingLayers: typeof foreign = [
  ['rope.scaling.attn_factor', [0, 1], 'a scale of attention with rope scaling'],
];

const ofShared: typeof foreign = [['attention.shared_kv_layers', [0], 'layers that share keys and values']];

const ofLayerInputs: typeof foreign = [['embedding_length_per_layer_input', [0], 'embeddings by layer']];

const ofCaps: typeof foreign = [['final_logit_softcapping', [0], 'soft-capped logits']];

const ofScales: typeof foreign = [
  ['logit_scale', [0, 1], 'scaled logits'],
  ['residual_scale', [0, 1], 'scaled residuals'],
  ['embedding_scale', [0, 1], 'scaled embeddings'],
];

const ofSections: typeof foreign = [['rope.dimension_sections', [], 'rope in sections']];

const ofScaledQueries: typeof foreign = [
  ['attention.temperature_scale', [0], 'attention whose temperature depends on the position'],
];

/** Throws ModelFormatError naming key and value. */
export function refuseForeignKeys(
  entries: GgufEntries,
  key: (name: string) => string,
  family: ModelFamily,
): void {
  const { architecture, slidingPeriod, slidesInAll, mayScale, mayScaleQueries, mayRotateInSections } = family;
  const ofFamily = [
    ...foreign,
    ...(slidingPeriod === undefined ? ofSlidingLayers : besideSlidingLayers),
    ...(slidingPeriod === undefined && !slidesInAll ? ofAnyWindow : []),
    ...(mayScale ? [] : ofScales),
    ...(family.mayShareKeys ? [] : ofShared),
    ...(family.mayInputByLayer ? [] : ofLayerInputs),
    ...(family.mayCapLogits ? [] : ofCaps),
    ...(mayScaleQueries ? [] : ofScaledQueries),
    ...(mayRotateInSections ? [] : ofSections),
  ];
  for (const [name, neutral, what] of ofFamily) {
    const value = entries.get(key(name));
    if (value === undefined || neutral.includes(typeof value === 'bigint' ? Number(value) : value)) continue;
    const shown = Array.isArray(value) ? 'an array' : String(value).slice(0, 80);
    throw unsupported(
      key(name),
      shown,
      `Not supported with architecture "${architecture}": ${what} (metadata key "${key(name)}" is ${shown}).`,
    );
  }
}
