// Answers one question about an open document by a strategy, with evidence and the figures of each phase.
import { InvalidInputError, throwIfAborted } from '@longread/core';
import { resolveSampling } from '@longread/planner';
import type { Answer, AskOptions } from '../api.ts';
import type { OpenDocument } from '../document.ts';
import { evidenceOf } from './evidence.ts';
import type { MemoryLedger } from '../host/memory-ledger.ts';
import { createPhaseClock } from '../phases.ts';
import { promptTokens } from './prompt.ts';
import { createStopFilter } from './stop-filter.ts';
import { strategies } from './strategies.ts';
import type { AnswerContext, Asked, Prepared } from './strategy.ts';

export interface AnswerOptions extends AskOptions {
  readonly onPiece?: (text: string) => void;
}

const defaultNewTokens = 256;

/** Earlier turns take at most this share of the window: what is gathered must keep its place. */
const historyShare = 1 / 4;

/**
 * @throws InvalidInputError (options) | LimitExceededError (question or `full` document exceed the window, or a buffer the device's
 * limits) | AbortedError | IntegrityError (a damaged chunk) | OutOfMemoryError | DeviceLostError
 */
export async function answer(
  context: AnswerContext,
  ledger: MemoryLedger,
  document: OpenDocument,
  question: string,
  options: AnswerOptions,
): Promise<Answer> {
  const { gpu, model } = context;
  const { signal, onProgress, strategy: name = 'reform', maxNewTokens = defaultNewTokens } = options;
  if (question.trim() === '') throw new InvalidInputError('The question is empty. Type one.');
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1) {
    throw new InvalidInputError(`maxNewTokens is ${maxNewTokens}. Set it to a whole number of at least 1.`);
  }
  // Callers may come from untyped code, where any string arrives here.
  if (!Object.hasOwn(strategies, name)) {
    throw new InvalidInputError(
      `There is no strategy '${name}'. Use one of ${Object.keys(strategies).join(', ')}.`,
      { strategy: name },
    );
  }
  const strategy = strategies[name];
  const maxHistoryTokens = Math.floor(context.transformer.maxKeys * historyShare);
  const prompt = promptTokens(model.tokenizer, question, options.history, maxHistoryTokens);
  const clock = createPhaseClock();
  const asked: Asked = {
    context,
    document,
    question,
    prompt,
    sampling: resolveSampling(options),
    maxNewTokens,
    gather: options.gather,
    signal,
    clock,
    report: (phase, done, total) => onProgress?.({ phase, done, total, unit: 'tokens' }),
  };
  const output = createStopFilter(options.stop ?? [], options.onPiece);
  const { value, memory } = await ledger.measure(strategy.plan(asked), async () => {
    const prepared = await strategy.prepare(asked);
    try {
      const generated = await clock.run(
        'decode',
        () => write(asked, prepared, output),
        ({ numTokens }) => numTokens,
      );
      return { ...prepared, ...generated };
    } finally {
      prepared.dispose();
    }
  });
  return {
    text: output.text,
    evidence: evidenceOf(model.tokenizer, document, value.positions, value.scores),
    finish: value.finish,
    stats: {
      strategy: name,
      adapter: gpu.facts.adapter,
      gatheredTokens: value.positions.length,
      generatedTokens: value.numTokens,
      historyTurns: prompt.numTurns,
      phases: clock.phases,
      gpuBytesPeak: gpu.peakBytes,
      memory,
    },
  };
}

/** Generates the answer's text. */
async function write(
  asked: Asked,
  { tokens }: Prepared,
  output: ReturnType<typeof createStopFilter>,
): Promise<{ numTokens: number; finish: Answer['finish'] }> {
  const { context, maxNewTokens, signal } = asked;
  const decoder = context.model.tokenizer.createDecoder();
  let numTokens = 0;
  for await (const id of tokens) {
    numTokens += 1;
    asked.report('decode', numTokens, maxNewTokens);
    if (output.push(decoder.push(id))) break;
  }
  const finish = numTokens < maxNewTokens || output.stopped ? 'stop' : 'length';
  output.push(decoder.end());
  output.end();
  throwIfAborted(signal, 'decode');
  return { numTokens, finish };
}
