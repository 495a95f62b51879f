// The architectures that load, by their name in GGUF (general.architecture), and what each says by its name alone. No other file
// asks for a name: what families differ in is a property of ModelConfig.
import type { ModelConfig } from '@longread/core';
import { unsupported } from './unsupported.ts';

export interface ModelFamily extends Pick<ModelConfig, 'ropePairing' | 'qkvBias' | 'qkNorm'> {
  readonly architecture: string;
  /** Whether a file may bring divisors of the rotary frequencies (tensor rope_freqs.weight). */
  readonly mayDivideFrequencies: boolean;
}

/** What most have in common. */
const plain = { ropePairing: 'half', qkvBias: false, qkNorm: false, mayDivideFrequencies: false } as const;

const families: readonly ModelFamily[] = [
  { ...plain, architecture: 'llama', ropePairing: 'adjacent', mayDivideFrequencies: true },
  { ...plain, architecture: 'qwen2', qkvBias: true },
  { ...plain, architecture: 'qwen3', qkNorm: true },
];

/** The family of an architecture. Throws ModelFormatError, which names those that load. */
export function familyOf(architecture: string): ModelFamily {
  const family = families.find((known) => known.architecture === architecture);
  if (family !== undefined) return family;
  const known = families.map((each) => each.architecture).join(', ');
  const what = `Architecture "${architecture.slice(0, 80)}" is not supported (general.architecture; known: ${known}).`;
  throw unsupported('general.architecture', architecture, what);
}
