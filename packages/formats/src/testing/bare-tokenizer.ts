// A tokenizer of a vocabulary alone: no template, nothing before a text or behind it.
import { createTokenizer, type Tokenizer } from '../tokenizer.ts';
import type { TokenizerJson } from '../tokenizer-definition.ts';

export function bareTokenizer(json: TokenizerJson, vocabSize: number): Tokenizer {
  return createTokenizer({
    json,
    config: {
      tokenizer_class: 'PreTrainedTokenizer',
      bos_token: null,
      eos_token: '',
      clean_up_tokenization_spaces: false,
      chat_template: null,
    },
    vocabSize,
    bosId: null,
    eosId: 0,
    spaceBefore: false,
    addBos: false,
    endOfTurnIds: [0],
  });
}
