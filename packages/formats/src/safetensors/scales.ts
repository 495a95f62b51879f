// What config.json multiplies by: embeddings, products of queries and keys, what is added to the hidden state, logits; and the norms' epsilon,
// which goes with the hidden state.
import type { ModelConfig } from '@longread/core';
import { optionalNumber, requireNumber, type JsonObject } from './json-file.ts';
import type { ModelType } from './model-types.ts';

type Scales = Pick<ModelConfig, 'embeddingScale' | 'attentionScale' | 'rmsNormEps' | 'logitScale'>;

/** As for GGUF: squares of them are no trouble to f32. */
const scaleRange = { min: 1e-3, max: 1e3 };

/**
 * What is added to the hidden state may be scaled: here the state is divided by that instead, which norms undo, and they are all that
 * reads it. Throws ModelFormatError naming the key.
 */
export function readScales(json: JsonObject, type: ModelType, headDim: number, hiddenSize: number): Scales {
  const { family, normEpsKey } = type;
  const rmsNormEps = requireNumber(json, normEpsKey, { min: 1e-12, max: 0.1 });
  if (!family.mayScale)
    return {
      rmsNormEps,
      embeddingScale: family.scalesEmbeddings ? Math.sqrt(hiddenSize) : 1,
      attentionScale: readAttentionScale(json, type, headDim),
      logitScale: 1,
    };
  const read = (key: string): number => optionalNumber(json, key, scaleRange) ?? 1;
  const residualScale = read('residual_multiplier');
  return {
    rmsNormEps: rmsNormEps / residualScale ** 2,
    embeddingScale: read('embedding_multiplier') / residualScale,
    attentionScale: read('attention_multiplier'),
    logitScale: 1 / read('logits_scaling'),
  };
}

function readAttentionScale(json: JsonObject, { attentionScalar }: ModelType, headDim: number): number {
  if (attentionScalar === undefined) return 1 / Math.sqrt(headDim);
  const { key, byDefault } = attentionScalar;
  return 1 / Math.sqrt(optionalNumber(json, key, { min: 1e-6, max: 1e6 }) ?? byDefault);
}
