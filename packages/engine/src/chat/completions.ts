// Chat completions over anything that answers: an answer as OpenAI's completion, or as its chunks while it comes.
import type {
  Answer,
  AnswerStream,
  AskOptions,
  Chat,
  ChatCallOptions,
  ChatCompletion,
  ChatCompletionChunk,
  ChatFinishReason,
  ChatRequest,
  ChatStream,
  ChatUsage,
} from '../api.ts';
import { readRequest, type ChatQuestion } from './request.ts';

/** What answers. */
export interface Answerer {
  /** The model's name. */
  model(): Promise<string>;
  /** Opens what is asked: the document of an id, or without one the model by itself. @throws InvalidInputError (no such document) */
  open(document: string | undefined, signal: AbortSignal): Promise<Asked>;
}

export interface Asked {
  ask(question: string, options: AskOptions): AnswerStream;
  /** Called when it was asked, however that ended. */
  close(): Promise<void>;
}

export function createChat(answerer: Answerer): Chat {
  const create = async (
    request: ChatRequest,
    { signal }: ChatCallOptions = {},
  ): Promise<ChatCompletion | ChatStream> => {
    const asked = readRequest(request);
    const controller = new AbortController();
    const either = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    const head = {
      id: `chatcmpl-${crypto.randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: await answerer.model(),
    };
    const open = await answerer.open(asked.document, either);
    if (asked.stream) {
      const chunks = chunksOf(head, open, asked, either, controller);
      return { controller, [Symbol.asyncIterator]: () => chunks };
    }
    try {
      const answer = await open.ask(asked.question, { ...asked.settings, signal: either }).result();
      return completionOf(head, answer);
    } finally {
      await open.close();
    }
  };
  return { completions: { create: create as Chat['completions']['create'] } };
}

type Head = Pick<ChatCompletion, 'id' | 'created' | 'model'>;

function completionOf(head: Head, { text, evidence, finish, stats }: Answer): ChatCompletion {
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        finish_reason: reasonOf(finish),
        logprobs: null,
      },
    ],
    usage: usageOf(stats),
    longread: { evidence, finish },
  };
}

async function* chunksOf(
  head: Head,
  open: Asked,
  { question, settings, includeUsage }: ChatQuestion,
  signal: AbortSignal,
  controller: AbortController,
): AsyncGenerator<ChatCompletionChunk> {
  const chunk = (
    delta: ChatCompletionChunk['choices'][number]['delta'],
    finish_reason: ChatFinishReason | null = null,
    longread?: ChatCompletionChunk['longread'],
  ): ChatCompletionChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
    ...(includeUsage && { usage: null }),
    ...(longread && { longread }),
  });
  let isWhole = false;
  try {
    const answer = open.ask(question, { ...settings, signal });
    yield chunk({ role: 'assistant', content: '' }, null, { evidence: await answer.evidence() });
    for await (const { text } of answer) yield chunk({ content: text });
    const { finish, stats } = await answer.result();
    isWhole = true;
    yield chunk({}, reasonOf(finish), { finish });
    if (includeUsage) yield { ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(stats) };
  } finally {
    // A reader who leaves before the first word has begun no iteration that would cancel it.
    if (!isWhole) controller.abort();
    await open.close();
  }
}

const reasonOf = (finish: Answer['finish']): ChatFinishReason => (finish === 'length' ? 'length' : 'stop');

function usageOf({ promptTokens, generatedTokens }: Answer['stats']): ChatUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: generatedTokens,
    total_tokens: promptTokens + generatedTokens,
  };
}
