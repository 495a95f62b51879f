// An answer as it streams from another server: its pieces, how it ended, and what was counted. Bounded in time and size; nothing in it is
// trusted.
import { AbortedError } from '@longread/core';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { failureOf, reasonOfStatus, type FailureReason } from './failures.ts';
import type { ElsewhereRequest } from './request.ts';

/** Longest wait for the next bytes: a model on a small machine reads the passages before its first word. */
const defaultStallMs = 180_000;
/** Most bytes of a stream, chunks and all. */
const defaultMaxBytes = 16 * 1024 * 1024;
/** Most of what a refusal says. */
const maxRefusalBytes = 16 * 1024;

export interface ChunkOptions {
  readonly signal: AbortSignal | undefined;
  readonly stallMs?: number;
  readonly maxBytes?: number;
}

export type ElsewhereChunk =
  | { readonly text: string }
  | { readonly finish: 'stop' | 'length' }
  | { readonly usage: { readonly promptTokens: number; readonly generatedTokens: number } };

/** Sends the request and gives what comes. Whoever stops reading ends it. @throws NetworkError | AbortedError */
export async function* chunksFrom(
  request: ElsewhereRequest,
  body: string,
  { signal, stallMs = defaultStallMs, maxBytes = defaultMaxBytes }: ChunkOptions,
): AsyncGenerator<ElsewhereChunk> {
  const ending = new AbortController();
  const either = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStalled = false;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isStalled = true;
      ending.abort();
    }, stallMs);
  };
  /** What a failed wait means. */
  const meaning = (error: unknown, reason: FailureReason): Error => {
    if (signal?.aborted)
      return new AbortedError('Cancelled during decode.', { during: 'decode' }, { cause: signal.reason });
    return failureOf(request, isStalled ? 'stalled' : reason, { cause: error });
  };
  wait();
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: request.headers,
      body,
      signal: either,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    }).catch((error: unknown) => {
      throw meaning(error, 'unreachable');
    });
    wait();
    const { status } = response;
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400))
      throw failureOf(request, 'redirect');
    if (!response.ok)
      throw failureOf(request, reasonOfStatus(status), { status, said: await saidBy(response, either) });
    const type = response.headers.get('content-type') ?? '';
    if (!type.toLowerCase().startsWith('text/event-stream') || !response.body)
      throw failureOf(request, 'not-a-stream', { said: type === '' ? '' : `content-type ${type}` });
    let numBytes = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, controller) => {
        wait();
        numBytes += bytes.length;
        if (numBytes > maxBytes) controller.error(failureOf(request, 'too-large'));
        else controller.enqueue(bytes);
      },
    });
    const events = response.body
      .pipeThrough(counted)
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    let hasFinished = false;
    for (;;) {
      const next = await events.read().catch((error: unknown) => {
        throw error instanceof Error && 'code' in error && error.code === 'Network'
          ? error
          : meaning(error, 'cut');
      });
      if (next.done || next.value.data === '[DONE]') break;
      for (const chunk of readChunk(request, next.value.data)) {
        hasFinished ||= 'finish' in chunk;
        yield chunk;
      }
    }
    if (!hasFinished) throw failureOf(request, 'cut');
  } finally {
    clearTimeout(timer);
    ending.abort(); // else it goes on arriving
  }
}

/** What a chunk has of the first choice. @throws NetworkError for what is none, or an error */
function readChunk(request: ElsewhereRequest, data: string): ElsewhereChunk[] {
  const parsed = parse(data);
  if (!isObject(parsed)) throw failureOf(request, 'not-a-stream');
  if (isObject(parsed.error) || typeof parsed.error === 'string')
    throw failureOf(request, 'server', { said: messageOf(parsed) });
  const chunks: ElsewhereChunk[] = [];
  const choice: unknown = Array.isArray(parsed.choices) ? parsed.choices[0] : undefined;
  if (isObject(choice)) {
    const { delta, finish_reason: finish } = choice;
    if (isObject(delta) && typeof delta.content === 'string' && delta.content !== '')
      chunks.push({ text: delta.content });
    if (typeof finish === 'string') chunks.push({ finish: finish === 'length' ? 'length' : 'stop' });
  }
  const { usage } = parsed;
  if (isObject(usage) && isCount(usage.prompt_tokens) && isCount(usage.completion_tokens))
    chunks.push({ usage: { promptTokens: usage.prompt_tokens, generatedTokens: usage.completion_tokens } });
  return chunks;
}

/** The message of a refusal; empty where none can be read. */
async function saidBy(response: Response, signal: AbortSignal): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (reader && text.length < maxRefusalBytes && !signal.aborted) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // what came is enough
  }
  reader?.cancel().catch(() => undefined);
  const parsed = parse(text);
  return isObject(parsed) ? messageOf(parsed) : '';
}

function messageOf({ error, message, detail }: Readonly<Record<string, unknown>>): string {
  const said = isObject(error) ? error.message : (error ?? message ?? detail);
  return typeof said === 'string' ? said.trim() : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
