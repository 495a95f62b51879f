// Refuses, before anything is uploaded, a model of a size that no kernel can do. The plain bodies decide: they run on every device,
// and no variant does a size that they do not (shaders/variants.test.ts).
import { ModelFormatError, type ModelConfig } from '@longread/core';
import type { ModelFile } from '@longread/formats';
import { brokenRule, describeRule, plainBodies } from '@longread/shaders';

type Size = keyof ModelFile['sizeKeys'];

/** The uniforms in which kernels meet each size; projections have all but the vocabulary on either side. */
const uniformsOf: Readonly<Record<Size, readonly string[]>> = {
  headDim: ['head_dim', 'in_features', 'out_features'],
  rotaryDim: ['rotary_dim'],
  hiddenSize: ['hidden_size', 'in_features', 'out_features'],
  intermediateSize: ['intermediate_size', 'in_features', 'out_features'],
  vocabSize: ['vocab_size'],
  stateDim: ['state_dim'],
  // Two of the outputs of the projections of a delta layer are one a head.
  numStates: ['out_features'],
  slidingHeadDim: ['head_dim', 'rotary_dim', 'in_features', 'out_features'],
  layerInputSize: ['head_dim', 'in_features', 'out_features'],
};

const valuesOf: Readonly<Record<Size, (config: ModelConfig) => number | undefined>> = {
  headDim: ({ headDim }) => headDim,
  rotaryDim: ({ rotaryDim }) => rotaryDim,
  hiddenSize: ({ hiddenSize }) => hiddenSize,
  intermediateSize: ({ intermediateSize }) => intermediateSize,
  vocabSize: ({ vocabSize }) => vocabSize,
  stateDim: ({ delta }) => delta?.headDim,
  numStates: ({ delta }) => delta?.numValueHeads,
  slidingHeadDim: ({ sliding }) => sliding?.headDim,
  layerInputSize: ({ layerInputs }) => layerInputs?.size,
};

const names: Readonly<Record<Size, string>> = {
  headDim: 'head size',
  rotaryDim: 'rotated part of a head',
  hiddenSize: 'hidden size',
  intermediateSize: 'feed-forward size',
  vocabSize: 'vocabulary',
  stateDim: 'head size of its delta layers',
  numStates: 'number of value heads in its delta layers',
  slidingHeadDim: 'head size of its sliding layers',
  layerInputSize: 'size of what each layer gets of a token',
};

/** @throws ModelFormatError naming the metadata key, the size and what it would have to be. */
export function checkModelShapes({ config, sizeKeys }: Pick<ModelFile, 'config' | 'sizeKeys'>): void {
  for (const size of Object.keys(uniformsOf) as Size[]) {
    const value = valuesOf[size](config);
    if (value === undefined) continue;
    const sizes = Object.fromEntries(uniformsOf[size].map((uniform) => [uniform, value]));
    const broken = plainBodies
      .flatMap((spec) => brokenRule(spec, sizes)?.rule ?? [])
      .sort((a, b) => (b.multipleOf ?? 0) - (a.multipleOf ?? 0))[0];
    if (broken === undefined) continue;
    const key = sizeKeys[size] ?? size;
    const limit = describeRule(broken);
    throw new ModelFormatError(
      `This model cannot be run: metadata key "${key}" gives it a ${names[size]} of ${value}, which is not ${limit}. ` +
        'Choose another model.',
      { key, value, limit },
    );
  }
}
