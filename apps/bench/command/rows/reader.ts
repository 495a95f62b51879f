// The engine with the default document beside it, for rows that read it and ask of it.
import type { Answer } from 'longread';
import { defaultDocument, defaultGather, defaultQuestion } from '@longread/command/default-document';
import type { Bench, EnginePage } from '../experiment.ts';

const documentUrl = '/document.txt';

/** An engine page that can fetch the default document. */
export async function openReader(
  bench: Bench,
  options?: Parameters<Bench['engine']>[0],
): Promise<EnginePage> {
  bench.files.set(documentUrl, defaultDocument().text);
  return bench.engine(options);
}

/** Reads the default document's beginning, whether or not it is stored. */
export const ingest = ({ call }: EnginePage, maxTokens: number) =>
  call('ingest', { url: documentUrl, title: 'Moby Dick', maxTokens, reuse: false });

/** Asks the default question. */
export const ask = (
  { call }: EnginePage,
  maxNewTokens: number,
  strategy: 'reform' | 'full' = 'reform',
): Promise<Answer> =>
  call('ask', defaultQuestion, { strategy, maxNewTokens, gather: { gatherSize: defaultGather } });
