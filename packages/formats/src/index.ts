// Public API of @longread/formats: model files and tokenizers, from bytes to the engine's terms.
export type { ByteSource } from './byte-source.ts';
export { checkChat, type ChatMessage } from './chat-template.ts';
export type { TokenDecoder } from './decode-stream.ts';
export { dequantizeRows } from './dequantize.ts';
export { encodeStream } from './encode-stream.ts';
export {
  openGguf,
  openGgufTokenizer,
  readGgufModel,
  type ModelFile,
  type ModelHeader,
  type ModelTensor,
} from './gguf.ts';
export { orderParts, partAddresses } from './gguf-split.ts';
export {
  defaultHub,
  describeChoices,
  findHubFile,
  findStored,
  hubUrl,
  isHubId,
  parseHubId,
  type HubFile,
  type HubModel,
} from './hub.ts';
export { checkModelHead, modelHeadBytes } from './model-head.ts';
export {
  indexName,
  isHubName,
  isSafetensorsName,
  optionalNames,
  requiredNames,
  shardNames,
  sideNames,
} from './safetensors/files.ts';
export type { NamedSource } from './safetensors/json-file.ts';
export { plannedHeader, type PlannedHeader } from './recommended/planned-header.ts';
export { readRecommended, sourceOf, type RecommendedModel } from './recommended/recommended.ts';
export { quantizeModel, quantizeTensors } from './quantize.ts';
export type { TokenSpans } from './token-spans.ts';
export type { TokenizerDefinition } from './tokenizer-definition.ts';
export { tokenizerFromJson } from './tokenizer-json.ts';
export { createTokenizer, type Tokenizer } from './tokenizer.ts';
