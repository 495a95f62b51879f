// The architectures that load, by their name in GGUF (general.architecture), and what each says by its name alone. No other file
// asks for a name: what families differ in is a property of ModelConfig.
import type { ModelConfig } from '@longread/core';
import { unsupported } from './unsupported.ts';

export interface ModelFamily extends Pick<ModelConfig, 'ropePairing' | 'qkNorm'> {
  readonly architecture: string;
  /** Whether a file may bring divisors of the rotary frequencies (tensor rope_freqs.weight). */
  readonly mayDivideFrequencies: boolean;
}

const families: readonly ModelFamily[] = [
  { architecture: 'llama', ropePairing: 'adjacent', qkNorm: false, mayDivideFrequencies: true },
  { architecture: 'qwen3', ropePairing: 'half', qkNorm: true, mayDivideFrequencies: false },
];

/** The family of an architecture. Throws ModelFormatError, which names those that load. */
export function familyOf(architecture: string): ModelFamily {
  const family = families.find((known) => known.architecture === architecture);
  if (family !== undefined) return family;
  const known = families.map((each) => each.architecture).join(', ');
  const what = `Architecture "${architecture.slice(0, 80)}" is not supported (general.architecture; known: ${known}).`;
  throw unsupported('general.architecture', architecture, what);
}
