// What a question would take of the window, as the plan of asking it has it. Nothing runs.
import type { AskOptions, ContextUsage } from '../api.ts';
import type { OpenDocument } from '../document.ts';
import { checkQuestion } from './answer.ts';
import { promptTokens } from './prompt.ts';
import type { AnswerContext } from './strategy.ts';

/** @throws InvalidInputError | LimitExceededError: what asking would throw before it starts */
export function contextUsage(
  context: AnswerContext,
  document: OpenDocument,
  question: string,
  options: AskOptions,
): ContextUsage {
  const checked = checkQuestion(context, question, options, {
    numTokens: document.source.numTokens,
    calibration: document.calibration,
  });
  const { prompt, maxNewTokens: answer, strategy } = checked;
  const { config, tokenizer } = context.model;
  const bare = promptTokens(
    tokenizer,
    question,
    options.system === undefined ? {} : { system: options.system },
  ).prefix.length;
  const parts = {
    template: bare + prompt.suffix.length,
    history: prompt.prefix.length - bare,
    question: prompt.question.length,
    gathered: strategy.mostTokens({ ...checked, document }),
    answer,
  };
  const window = config.contextLength;
  const used = Object.values(parts).reduce((sum, tokens) => sum + tokens, 0);
  return { window, ...parts, historyTurns: prompt.numTurns, free: window - used };
}
