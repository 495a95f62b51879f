// Test-only helpers of @longread/formats, for its own tests and those of packages that load models.
export { rareProse, rareWord } from './rare-words.ts';
export { randomBlocks } from './random-blocks.ts';
export { dequantizeReference } from './ggml-reference.ts';
export { bytesSource } from './bytes-source.ts';
export { readTensor } from './read-tensor.ts';
export { tinyLlama, tinyLlamaSource, type TinyLlamaOptions } from './tiny-llama.ts';
export { tinyHub, withHeader, type HubFiles } from './write-safetensors.ts';
export {
  splitGguf,
  writeGguf,
  type GgmlTypeName,
  type GgufSource,
  type MetadataValue,
  type TensorSource,
} from './write-gguf.ts';
