// The data a tokenizer is made of, in the shape of a hub tokenizer.json; plain and structured-cloneable. Types only.

/** One token outside the BPE vocabulary, matched as a whole in templates. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** A control token: it never shows in decoded text. */
  readonly special: boolean;
  /** Whitespace before or after it that it swallows. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: false;
  readonly single_word: false;
}

/** A pre-tokenizing step: split at every match of an Oniguruma-style pattern. */
export interface SplitStep {
  readonly type: 'Split';
  readonly pattern: { readonly Regex: string };
  readonly behavior: 'Isolated';
  readonly invert: false;
}

/** The final step: text to the byte-level alphabet, no splitting of its own. */
interface ByteLevelStep {
  readonly type: 'ByteLevel';
  readonly add_prefix_space: false;
  readonly trim_offsets: true;
  readonly use_regex: false;
}

/** Spaces as the character that stands for them in pieces. */
interface SpaceNormalizer {
  readonly type: 'Replace';
  readonly pattern: { readonly String: ' ' };
  readonly content: string;
}

/**
 * Byte-level BPE without a normalizer, which is what Longread takes of a hub tokenizer.json; or pieces as SentencePiece has them: with a
 * normalizer, and with bytes as a fallback (sentence-pieces.ts).
 */
export interface TokenizerJson {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: null | SpaceNormalizer;
  readonly pre_tokenizer: null | {
    readonly type: 'Sequence';
    readonly pretokenizers: readonly (SplitStep | ByteLevelStep)[];
  };
  readonly post_processor: null;
  readonly decoder: null | {
    readonly type: 'ByteLevel';
    readonly add_prefix_space: true;
    readonly trim_offsets: true;
    readonly use_regex: true;
  };
  readonly model: {
    readonly type: 'BPE';
    readonly dropout: null;
    readonly unk_token: null;
    readonly continuing_subword_prefix: null;
    readonly end_of_word_suffix: null;
    readonly fuse_unk: false;
    readonly byte_fallback: boolean;
    /** A pre-token that is in the vocabulary is one token, whatever the merges say. */
    readonly ignore_merges: boolean;
    /** Token -> id, without the added tokens; has no prototype, so that any key is safe. */
    readonly vocab: Readonly<Record<string, number>>;
    /** "left right", most frequent first. */
    readonly merges: readonly string[];
  };
}

/** What Longread takes of a hub tokenizer_config.json. */
export interface TokenizerConfig {
  readonly tokenizer_class: 'PreTrainedTokenizer';
  readonly bos_token: string | null;
  readonly eos_token: string;
  readonly clean_up_tokenization_spaces: false;
  readonly chat_template: string | null;
}

/** All that {@link createTokenizer} needs. */
export interface TokenizerDefinition {
  readonly json: TokenizerJson;
  readonly config: TokenizerConfig;
  /** Rows of the token embedding; ids are below it. */
  readonly vocabSize: number;
  readonly bosId: number | null;
  readonly eosId: number;
  /** A space goes before a text, and before what follows a special token in it (SentencePiece as Llama 2 has it). */
  readonly spaceBefore: boolean;
  /** The model was trained with a beginning-of-text token before everything (most templates write it themselves). */
  readonly addBos: boolean;
  /** Ids that end generation: eos first, then end-of-turn and end-of-text tokens. */
  readonly endOfTurnIds: readonly number[];
}
