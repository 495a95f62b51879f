// The tiny llama as another architecture's file: what tests of families change and add to.
import { openGguf, type ModelFile } from '../gguf.ts';
import { bytesSource } from './bytes-source.ts';
import { tinyLlamaSource } from './tiny-llama.ts';
import { writeGguf, type GgufSource, type MetadataValue, type TensorSource } from './write-gguf.ts';

export const openSource = (source: GgufSource): Promise<ModelFile> =>
  openGguf(bytesSource(writeGguf(source)));

export const vector = (name: string, size: number): TensorSource => ({
  name,
  shape: [size],
  type: 'F32',
  data: new Uint8Array(new Float32Array(size).fill(0.5).buffer),
});

export const perLayer = (sizes: Readonly<Record<string, number>>): readonly TensorSource[] =>
  [0, 1].flatMap((layer) =>
    Object.entries(sizes).map(([name, size]) => vector(`blk.${layer}.${name}`, size)),
  );

/** A tensor of divisors of rotary frequencies. */
export const divisorsNamed = (name: string, values: readonly number[]): TensorSource => ({
  ...vector(`${name}.weight`, values.length),
  data: new Uint8Array(Float32Array.from(values).buffer),
});

export const divisorsOf = (...values: readonly number[]): TensorSource => divisorsNamed('rope_freqs', values);

/** The tiny llama under another name, with tensors on top, and keys that are others or not there. */
export function renamed(
  architecture: string,
  extra: readonly TensorSource[],
  metadata: Readonly<Record<string, MetadataValue | undefined>> = {},
): GgufSource {
  const tiny = tinyLlamaSource(1, { numLayers: 2 });
  const own = Object.entries(tiny.metadata).map(
    ([key, value]) => [key.replace(/^llama\./, `${architecture}.`), value] as const,
  );
  const all: Readonly<Record<string, MetadataValue | undefined>> = {
    ...Object.fromEntries(own),
    'general.architecture': architecture,
    ...metadata,
  };
  return {
    metadata: Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    tensors: [...tiny.tensors, ...extra],
  };
}

export const without = (source: GgufSource, name: string): GgufSource => ({
  ...source,
  tensors: source.tensors.filter((tensor) => tensor.name !== name),
});

/** The same with queries, keys and values in one tensor, one behind the other, and gate and up. */
export function fused({ metadata, tensors }: GgufSource): GgufSource {
  const joins: readonly (readonly [name: string, of: readonly string[]])[] = [
    ['attn_qkv', ['attn_q', 'attn_k', 'attn_v']],
    ['ffn_up', ['ffn_gate', 'ffn_up']],
  ];
  const joined = joins.flatMap(([name, of]) =>
    [0, 1].map((layer): TensorSource => {
      const parts = of.map((part) => tensors.find((tensor) => tensor.name === `blk.${layer}.${part}.weight`));
      const type = parts[0]?.type ?? 'F32';
      const rows = parts.reduce((sum, part) => sum + (part?.shape[1] ?? NaN), 0);
      const data = Uint8Array.from(parts.flatMap((part) => [...(part?.data ?? [])]));
      return { name: `blk.${layer}.${name}.weight`, shape: [parts[0]?.shape[0] ?? NaN, rows], type, data };
    }),
  );
  const gone = joins.flatMap(([, of]) => of);
  const others = tensors.filter(({ name }) => !gone.some((part) => name.endsWith(`.${part}.weight`)));
  return { metadata, tensors: [...others, ...joined] };
}
