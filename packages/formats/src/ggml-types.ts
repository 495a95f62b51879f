// ggml's names of tensor types, for messages: what a file has that cannot be read, and what can.
// Source: enum ggml_type in ggml.h (2026-10), numbers 0 to 42.
import type { SourceType } from './repack/source-types.ts';

/** Type names by number; `-` where a number was given up. */
const names = (
  'F32 F16 Q4_0 Q4_1 Q4_2 - Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ2_XXS IQ2_XS IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ2_S ' +
  'IQ4_XS I8 I16 I32 I64 F64 IQ1_M BF16 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 IQ4_NL_4_4 IQ4_NL_4_8 IQ4_NL_8_8 MXFP4 NVFP4 ' +
  'Q1_0 Q2_0'
).split(' ');

/** ggml's name of a tensor type; its number when it is in no list of ours. */
export function ggmlTypeName(dtype: number): string {
  const name = names[dtype] ?? '-';
  return name === '-' ? `number ${dtype}` : name;
}

/** What can be read instead, and which file of the same model to take: nearly every model has one of these. */
export function typeRemedy(readable: ReadonlyMap<number, SourceType>): string {
  const names = Array.from(readable.values(), ({ name }) => name).join(', ');
  const list = names.replace(/, (?=[^,]*$)/, ' and ');
  return `${list} can be read. Choose the file of this model whose name says Q4_K_M or Q8_0`;
}
