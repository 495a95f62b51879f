// Passages from here, words from elsewhere: gathers by this engine, then has the server answer that the caller named.
import { throwIfAborted } from '@longread/core';
import { createStopFilter } from '../answer/stop-filter.ts';
import { createThoughtFilter } from '../answer/thought-filter.ts';
import type { Answer, AnswerWith } from '../api.ts';
import type { CallChannel, HostAskOptions } from '../host/engine-host.ts';
import { createPhaseClock } from '../phases.ts';
import { chunksFrom, type ChunkOptions } from './chunks.ts';
import { bodyOf, checkSettings, readAnswerWith, type Settings } from './request.ts';

export interface ElsewhereOptions extends Omit<ChunkOptions, 'signal'> {
  /** What a relative address is relative to. */
  readonly base?: string | undefined;
  /** Finds passages, and writes nothing. */
  readonly gather: (settings: HostAskOptions, channel: CallChannel) => Promise<Answer>;
}

/** @throws InvalidInputError, before anything is looked for | NetworkError | AbortedError | what `gather` throws */
export async function answerElsewhere(
  who: AnswerWith,
  question: string,
  settings: Settings,
  { signal, onProgress, onPiece, onFound }: CallChannel,
  { gather, base, ...limits }: ElsewhereOptions,
): Promise<Answer> {
  const request = readAnswerWith(who, base);
  checkSettings(settings);
  const { strategy, gather: gathering, stop = [], endsRepetition = true, maxNewTokens = 0 } = settings;
  const output = createStopFilter(stop, endsRepetition, onPiece);
  const thoughts = createThoughtFilter(false);
  const found = await gather(
    { maxNewTokens: 0, ...(strategy && { strategy }), ...(gathering && { gather: gathering }) },
    { signal, onProgress, onFound },
  );
  throwIfAborted(signal, 'decode');
  const body = bodyOf(who.model, question, found.evidence, settings);
  const clock = createPhaseClock();
  let finish: Answer['finish'] = 'stop';
  let counted: { readonly promptTokens: number; readonly generatedTokens: number } | undefined;
  let numPieces = 0;
  await clock.run(
    'decode',
    async () => {
      for await (const chunk of chunksFrom(request, body, { ...limits, signal })) {
        if ('usage' in chunk) counted = chunk.usage;
        else if ('finish' in chunk) ({ finish } = chunk);
        else {
          numPieces += 1;
          onProgress?.({ phase: 'decode', done: numPieces, total: maxNewTokens, unit: 'tokens' });
          if (output.push(thoughts.push(chunk.text))) break;
        }
      }
      output.push(thoughts.end());
      output.end();
    },
    () => counted?.generatedTokens ?? numPieces,
  );
  const { stats } = found;
  const { thought } = thoughts;
  return {
    text: output.text,
    ...(thought !== undefined && { thought }),
    evidence: found.evidence,
    gathered: found.gathered,
    curve: found.curve,
    support: found.support,
    finish: output.cut ?? finish,
    stats: {
      ...stats,
      answeredBy: { url: request.shownUrl, model: who.model },
      promptTokens: counted?.promptTokens ?? 0,
      generatedTokens: counted?.generatedTokens ?? numPieces,
      historyTurns: settings.history?.length ?? 0,
      phases: [...stats.phases.filter(({ name }) => name !== 'decode'), ...clock.phases],
    },
  };
}
