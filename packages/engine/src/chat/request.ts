// A request in OpenAI's shape as a question: its messages as system text, turns and question, its settings as those of `ask`. What cannot
// be done is refused by its field, never left out.
import { InvalidInputError } from '@longread/core';
import type { AskOptions, ChatRequest, Turn } from '../api.ts';

export interface ChatQuestion {
  readonly question: string;
  /** Undefined: the model answers by itself. */
  readonly document: string | undefined;
  readonly settings: Omit<AskOptions, 'signal' | 'onProgress'>;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** What asks for nothing, of fields that are not served otherwise. */
const harmless: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  logit_bias: (value) => isObject(value) && Object.keys(value).length === 0,
  tools: (value) => Array.isArray(value) && value.length === 0,
  functions: (value) => Array.isArray(value) && value.length === 0,
  tool_choice: (value) => value === 'none' || value === 'auto',
  parallel_tool_calls: (value) => typeof value === 'boolean',
  response_format: (value) => isObject(value) && value.type === 'text',
  modalities: (value) => Array.isArray(value) && value.every((one) => one === 'text'),
  store: (value) => value === false,
  metadata: isObject,
  user: (value) => typeof value === 'string',
  model: (value) => typeof value === 'string',
};

const served = [
  'messages documents stream stream_options stop seed temperature top_p max_tokens max_completion_tokens longread',
].flatMap((names) => names.split(' '));

/** Why fields are refused that callers of OpenAI's API know. */
const reasons: Readonly<Record<string, string>> = {
  n: 'one answer is given at a time',
  logprobs: 'probabilities of tokens stay on the device',
  tools: 'models cannot call functions here',
  response_format:
    'answers are text, and their grammar cannot be constrained: ask for JSON in the question, and check it',
  frequency_penalty: 'use longread.repetitionPenalty',
  presence_penalty: 'use longread.repetitionPenalty',
};

/** Not more than OpenAI takes. */
const maxStops = 4;

/** @throws InvalidInputError with the field's name in `details.field` */
export function readRequest(request: ChatRequest): ChatQuestion {
  // Callers may come from untyped code, where anything arrives here.
  if (!isObject(request)) throw refused('request', 'is no object');
  for (const [field, value] of Object.entries(request)) {
    if (value === undefined || value === null || served.includes(field)) continue;
    if (harmless[field]?.(value) === true) continue;
    const reason = reasons[field];
    throw refused(field, `is not served${reason === undefined ? '' : `: ${reason}`}`);
  }
  const { stream_options: streaming, longread } = request;
  const stream = flag('stream', request.stream);
  if (streaming && !stream) throw refused('stream_options', 'is given without stream: true');
  const maxNewTokens =
    count('max_completion_tokens', request.max_completion_tokens) ?? count('max_tokens', request.max_tokens);
  const seed = optional('seed', request.seed, Number.isSafeInteger, 'a whole number');
  const temperature = numberIn('temperature', request.temperature, 0, 2);
  const topP = numberIn('top_p', request.top_p, 0, 1);
  const stop = stopsOf(request.stop);
  if (longread !== undefined && !isObject(longread)) throw refused('longread', 'is no object');
  const { question, system, history } = conversationOf(request.messages);
  return {
    question,
    document: documentOf(request.documents),
    settings: {
      ...longread,
      history,
      ...(system !== undefined && { system }),
      ...(stop && { stop }),
      ...(maxNewTokens !== undefined && { maxNewTokens }),
      ...(seed !== undefined && { seed: seed >>> 0 }),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
    },
    stream,
    includeUsage: flag('stream_options.include_usage', streaming?.include_usage),
  };
}

function conversationOf(messages: unknown): {
  readonly question: string;
  readonly system: string | undefined;
  readonly history: readonly Turn[];
} {
  if (!Array.isArray(messages) || messages.length === 0)
    throw refused('messages', 'is no list of messages, or an empty one');
  const system: string[] = [];
  const spoken: { readonly role: 'user' | 'assistant'; text: string }[] = [];
  for (const [i, message] of (messages as unknown[]).entries()) {
    const field = `messages[${i}]`;
    if (!isObject(message)) throw refused(field, 'is no message');
    const { role, content, ...others } = message;
    for (const name of ['tool_calls', 'function_call', 'audio'])
      if (Array.isArray(others[name]) ? others[name].length > 0 : (others[name] ?? undefined) !== undefined)
        throw refused(`${field}.${name}`, 'is not served');
    const text = textOf(`${field}.content`, content);
    if (role === 'system' || role === 'developer') system.push(text);
    else if (role === 'user' || role === 'assistant') {
      const last = spoken.at(-1);
      if (last?.role === role) last.text += `\n\n${text}`;
      else spoken.push({ role, text });
    } else throw refused(`${field}.role`, `is ${show(role)}, which is not served`);
  }
  const question = spoken.pop();
  if (question?.role !== 'user')
    throw refused('messages', "does not end with a user's message, which is the question");
  if (spoken.length % 2 !== 0)
    throw refused('messages', "begins with the assistant's: the user speaks first");
  const history = Array.from({ length: spoken.length / 2 }, (_, i) => ({
    question: spoken[2 * i]?.text ?? '',
    answer: spoken[2 * i + 1]?.text ?? '',
  }));
  return { question: question.text, system: system.length > 0 ? system.join('\n\n') : undefined, history };
}

function textOf(field: string, content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw refused(field, 'is no text');
  return (content as unknown[])
    .map((part, i) => {
      if (isObject(part) && part.type === 'text' && typeof part.text === 'string') return part.text;
      const type = isObject(part) ? show(part.type) : show(part);
      throw refused(`${field}[${i}]`, `is of type ${type}: text alone is served`);
    })
    .join('');
}

function documentOf(documents: unknown): string | undefined {
  if (documents === undefined || documents === null) return undefined;
  if (!Array.isArray(documents) || documents.some((id) => typeof id !== 'string'))
    throw refused('documents', 'is no list of ids, as `engine.documents.list()` gives them');
  if (documents.length > 1)
    throw refused('documents', `names ${documents.length} documents: one is asked at a time`);
  return (documents as string[])[0];
}

function stopsOf(stop: unknown): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  const stops: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (stops.length > maxStops) throw refused('stop', `has ${stops.length} texts, of at most ${maxStops}`);
  if (stops.some((one) => typeof one !== 'string' || one === ''))
    throw refused('stop', 'is no text, or an empty one');
  return stops as string[];
}

function optional<T>(
  field: string,
  value: T | null | undefined,
  isGood: (value: unknown) => boolean,
  wanted: string,
): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isGood(value)) throw refused(field, `is ${show(value)}, and should be ${wanted}`);
  return value;
}

const flag = (field: string, value: boolean | null | undefined): boolean =>
  optional(field, value, (given) => typeof given === 'boolean', 'true or false') ?? false;

const count = (field: string, value: number | null | undefined): number | undefined =>
  optional(
    field,
    value,
    (given) => Number.isSafeInteger(given) && (given as number) >= 1,
    'a whole number from 1 on',
  );

const numberIn = (
  field: string,
  value: number | null | undefined,
  low: number,
  high: number,
): number | undefined =>
  optional(
    field,
    value,
    (given) => typeof given === 'number' && given >= low && given <= high,
    `a number from ${low} to ${high}`,
  );

function refused(field: string, why: string): InvalidInputError {
  return new InvalidInputError(`${field} ${why}.`, { field });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message: short, whatever it is. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `of type ${typeof value}`;
}
