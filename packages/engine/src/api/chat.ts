// Chat completions in OpenAI's shape, so that what was written for that API asks this engine. What is not OpenAI's stands under `longread`.
import type { Answer, AskOptions, Evidence } from './answers.ts';

export interface ChatTextPart {
  readonly type: 'text';
  readonly text: string;
}

/**
 * `system` and `developer` messages go to the model as one system message, and are not searched for. Messages of one role behind each other
 * are one. The last is the user's: the question; those before it are earlier turns, of which the oldest go where they take more than a
 * quarter of the window.
 */
export interface ChatRequestMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  /** Text, or parts of text. */
  readonly content: string | readonly ChatTextPart[];
}

/**
 * Fields of OpenAI's that are not here are refused by their name, unless they ask for nothing: `n: 1`, `tools: []`,
 * `response_format: { type: 'text' }`, null. `model` and `user` are taken and change nothing: the engine has one model.
 */
export interface ChatRequest {
  readonly model?: string | null;
  readonly messages: readonly ChatRequestMessage[];
  /** The document that is asked, by its id: none, or one. Without one the model answers by itself, within its window. */
  readonly documents?: readonly string[] | null;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly stop?: string | readonly string[] | null;
  readonly seed?: number | null;
  /** 0 by default, which is greedy, and not OpenAI's 1: an answer from a document is not to vary. */
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  /** As `AskOptions.maxNewTokens` where both are absent. */
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly user?: string | null;
  /** What else `ask` takes: strategy, gather, topK, ... */
  readonly longread?: Omit<
    AskOptions,
    'signal' | 'onProgress' | 'history' | 'system' | 'stop' | 'seed' | 'temperature' | 'topP' | 'maxNewTokens'
  >;
}

export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export type ChatFinishReason = 'stop' | 'length';

export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly [
    {
      readonly index: 0;
      readonly message: { readonly role: 'assistant'; readonly content: string; readonly refusal: null };
      readonly finish_reason: ChatFinishReason;
      readonly logprobs: null;
    },
  ];
  readonly usage: ChatUsage;
  /** The passages, and why it ended in the engine's words: best first, empty without a document. */
  readonly longread: { readonly evidence: readonly Evidence[]; readonly finish: Answer['finish'] };
}

export interface ChatCompletionChunk {
  readonly id: string;
  readonly object: 'chat.completion.chunk';
  readonly created: number;
  readonly model: string;
  /** Empty in the last chunk of a stream that includes usage. */
  readonly choices: readonly {
    readonly index: 0;
    readonly delta: { readonly role?: 'assistant'; readonly content?: string };
    readonly finish_reason: ChatFinishReason | null;
    readonly logprobs: null;
  }[];
  /** Of the last chunk where it was asked for; null in those before it then. */
  readonly usage?: ChatUsage | null;
  /** The passages, in the first chunk, which comes before the first word; why it ended, in the one with `finish_reason`. */
  readonly longread?: { readonly evidence?: readonly Evidence[]; readonly finish?: Answer['finish'] };
}

/** Chunks as they come; iterate once. Leaving the loop early cancels the answer. */
export interface ChatStream extends AsyncIterable<ChatCompletionChunk> {
  /** Cancels the answer, as OpenAI's client has it. */
  readonly controller: AbortController;
}

export interface ChatCallOptions {
  readonly signal?: AbortSignal;
}

export interface Chat {
  readonly completions: {
    /**
     * @throws InvalidInputError (a field that is refused: `details.field`; no such document) | what `ask` throws. Of a stream what is
     * about the request at once, what happens while it is answered from the stream.
     */
    readonly create: {
      (request: ChatRequest & { readonly stream: true }, options?: ChatCallOptions): Promise<ChatStream>;
      (
        request: ChatRequest & { readonly stream?: false | null },
        options?: ChatCallOptions,
      ): Promise<ChatCompletion>;
      (request: ChatRequest, options?: ChatCallOptions): Promise<ChatCompletion | ChatStream>;
    };
  };
}
