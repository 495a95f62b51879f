// The whole of a source as a document reads it, in both passes, for tests.
import type { Tokenizer } from '@longread/formats';
import type { DocumentSource } from '../api.ts';
import { cutChunks } from '../cut-chunks.ts';
import { survey, type SurveyOptions } from '../survey.ts';

/** Ids, ends and text of all chunks, one behind the other, with what the survey told. */
export async function tokenized(
  tokenizer: Tokenizer,
  source: DocumentSource,
  { chunkSize = 16, ...options }: SurveyOptions & { readonly chunkSize?: number },
) {
  const surveyed = await survey(tokenizer, source, options);
  const ids: number[] = [];
  const charEnds: number[] = [];
  const texts: string[] = [];
  const start = { firstToken: 0, firstChar: 0 };
  for await (const chunk of cutChunks(tokenizer, surveyed, chunkSize, start, options.signal)) {
    for (const id of chunk.tokenIds) ids.push(id);
    for (const end of chunk.charEnds) charEnds.push(end);
    texts.push(chunk.text);
  }
  return {
    ...surveyed,
    sourceHash: surveyed.textHash,
    ids: Uint32Array.from(ids),
    charEnds: Uint32Array.from(charEnds),
    texts,
    text: texts.join(''),
  };
}
