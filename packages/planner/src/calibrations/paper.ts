// The heads that the REFORM paper states for its models (arXiv 2506.01215, appendix on heads), chosen by Mean Normalised Rank on full
// precision; none was measured here. A file of any quantisation has them by its name and shape.
import type { CalibrationData, ModelConfig } from '@longread/core';

type Shape = Pick<ModelConfig, 'numLayers' | 'numHeads' | 'numKvHeads' | 'hiddenSize'>;

const of7b: Shape = { numLayers: 28, numHeads: 28, numKvHeads: 4, hiddenSize: 3584 };
const of1b: Shape = { numLayers: 28, numHeads: 12, numKvHeads: 2, hiddenSize: 1536 };

const models: readonly { readonly name: string; readonly shape: Shape; readonly heads: readonly string[] }[] =
  [
    { name: 'Qwen2.5 7B Instruct', shape: of7b, heads: ['L7.V3', 'L14.K0', 'L14.V3', 'L19.V0'] },
    { name: 'Qwen2.5 Coder 1.5B Instruct', shape: of1b, heads: ['L8.Q3', 'L11.V1', 'L14.K0', 'L15.V0'] },
    { name: 'Qwen2.5 Coder 7B Instruct', shape: of7b, heads: ['L13.V2', 'L14.K0', 'L14.V3', 'L14.Q4'] },
  ];

/** Names differ in hyphens, spaces and case: `qwen2.5-coder-7b-instruct`. */
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The paper's heads for a model; undefined for others. */
export function ofPaper(config: ModelConfig): CalibrationData | undefined {
  const model = models.find(
    ({ name, shape }) =>
      bare(name) === bare(config.name) &&
      (Object.keys(shape) as (keyof Shape)[]).every((key) => shape[key] === config[key]),
  );
  if (model === undefined) return undefined;
  return {
    modelName: model.name,
    modelSha256: null,
    // Theirs were searched by cosine, which found less wherever both were measured here.
    presets: { read: { scoring: 'standardised', heads: model.heads } },
    measured:
      'The heads that arXiv 2506.01215 states for this model, by their Mean Normalised Rank there; nothing was measured here.',
  };
}
