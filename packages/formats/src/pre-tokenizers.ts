// The well-known pre-tokenizers of byte-level BPE models, by their name in GGUF (tokenizer.ggml.pre).
// Patterns are facts of the models (their tokenizer.json); all of them part a letter or digit from a line feed after it, and
// but for one (deepseek-patterns.ts) from a space.
import { deepseekCoderPatterns, deepseekLlmPatterns } from './deepseek-patterns.ts';
import type { SplitStep, TokenizerJson } from './tokenizer-definition.ts';
import { unsupported } from './unsupported.ts';

const contractions = "'s|'t|'re|'ve|'m|'ll|'d";

/** GPT-2's pattern, which a `ByteLevel` step with `use_regex` stands for. */
export const gpt2Pattern = `${contractions}| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`;
/** What a `Digits` step with `individual_digits` stands for. */
export const singleDigitPattern = '\\p{N}';

const modernPattern = (digits: string): string =>
  `(?i:${contractions})|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

/** Marks go with letters, wherever they stand. */
const markedPattern = `(?i:${contractions})|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

/** Words end where capitals begin again. */
const casedPattern = (digits: string, ends: string): string => {
  const [upper, lower] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
  const before = '[^\\r\\n\\p{L}\\p{N}]?';
  const words = `${before}${upper}*${lower}+${ends}|${before}${upper}+${lower}*${ends}`;
  return `${words}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
};

interface PreTokenizer {
  readonly patterns: readonly string[];
  readonly ignoreMerges: boolean;
  /** Whether texts begin with a token for that, unless the file says otherwise. */
  readonly addsBos: boolean;
}

const gpt2: PreTokenizer = { patterns: [gpt2Pattern], ignoreMerges: false, addsBos: false };
const smollm: PreTokenizer = {
  patterns: [singleDigitPattern, gpt2Pattern],
  ignoreMerges: false,
  addsBos: false,
};
const llama3: PreTokenizer = { patterns: [modernPattern('\\p{N}{1,3}')], ignoreMerges: true, addsBos: true };
const cl100k: PreTokenizer = { ...llama3, ignoreMerges: false, addsBos: false };
const tekken: PreTokenizer = { patterns: [casedPattern('\\p{N}', '')], ignoreMerges: true, addsBos: true };
const gpt4o: PreTokenizer = {
  patterns: [casedPattern('\\p{N}{1,3}', `(?i:${contractions})?`)],
  ignoreMerges: false,
  addsBos: false,
};
const qwen2: PreTokenizer = { patterns: [modernPattern('\\p{N}')], ignoreMerges: false, addsBos: false };

const deepseek: Omit<PreTokenizer, 'patterns'> = { ignoreMerges: false, addsBos: false };

const byName: ReadonlyMap<string, PreTokenizer> = new Map([
  ['gpt-2', gpt2],
  ['default', gpt2],
  ['phi-2', gpt2],
  ['mpt', gpt2],
  ['olmo', gpt2],
  ['smollm', smollm],
  ['starcoder', smollm],
  ['refact', smollm],
  ['command-r', smollm],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['lfm2', llama3],
  ['falcon3', llama3],
  ['falcon-h1', llama3],
  ['pixtral', llama3],
  ['dbrx', cl100k],
  ['smaug-bpe', cl100k],
  ['tekken', tekken],
  ['gpt-4o', gpt4o],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', qwen2],
  ['deepseek-llm', { ...deepseek, patterns: deepseekLlmPatterns }],
  ['deepseek-coder', { ...deepseek, patterns: deepseekCoderPatterns }],
  ['qwen35', { ...qwen2, patterns: [markedPattern] }],
]);

/** The pre-tokenizer of that name. Throws ModelFormatError when it is not in the table. */
export function preTokenizerNamed(name: string): PreTokenizer {
  const found = byName.get(name);
  if (found === undefined) {
    const known = [...byName.keys()].join(', ');
    const what = `Pre-tokenizer "${name.slice(0, 80)}" is not supported (tokenizer.ggml.pre; known: ${known}).`;
    throw unsupported('tokenizer.ggml.pre', name, what);
  }
  return found;
}

/** Whether these are the patterns of a pre-tokenizer in the table, in their order. */
export function isKnownParting(patterns: readonly string[]): boolean {
  return [...byName.values()].some(
    (known) =>
      known.patterns.length === patterns.length &&
      known.patterns.every((pattern, i) => pattern === patterns[i]),
  );
}

/** The patterns that a definition splits by, in their order. */
export function splitPatternsOf({ pre_tokenizer }: Pick<TokenizerJson, 'pre_tokenizer'>): string[] {
  return (pre_tokenizer?.pretokenizers ?? []).flatMap((step) =>
    step.type === 'Split' ? [step.pattern.Regex] : [],
  );
}

/** The tokenizer.json form of some split patterns and the byte-level step. */
export function preTokenizerJson(patterns: readonly string[]): TokenizerJson['pre_tokenizer'] {
  const splits = patterns.map((Regex): SplitStep => {
    return { type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false };
  });
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: false,
  } as const;
  return { type: 'Sequence', pretokenizers: [...splits, byteLevel] };
}
