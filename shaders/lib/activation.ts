// The TypeScript face of activation.wgsl: the override value that selects an activation.
import type { ModelConfig } from '@longread/core';

const codes: Readonly<Record<ModelConfig['activation'], number>> = { silu: 0, 'gelu-tanh': 1 };

/** Overrides that make a gated kernel use `activation`. */
export function activationOverrides(activation: ModelConfig['activation']): { readonly ACTIVATION: number } {
  return { ACTIVATION: codes[activation] };
}
