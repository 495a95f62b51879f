// What goes wrong with a server that answers in the engine's place, in words that say what to do and hold no secret.
import { NetworkError } from '@longread/core';
import type { ElsewhereRequest } from './request.ts';

export type FailureReason =
  | 'unreachable'
  | 'unauthorised'
  | 'not-found'
  | 'rate-limit'
  | 'refused'
  | 'server'
  | 'redirect'
  | 'not-a-stream'
  | 'stalled'
  | 'cut'
  | 'too-large';

const sentences: Readonly<Record<FailureReason, string>> = {
  unreachable:
    'gave no answer that this page may read. Check that it runs and that it allows this page: its CORS settings (OLLAMA_ORIGINS, "Enable CORS" in LM Studio), the connect-src of this page\'s content-security policy, and that an https: page asks no http: server but localhost',
  unauthorised: 'does not accept the key. Check apiKey',
  'not-found': 'knows no such model or path. Check url and model',
  'rate-limit': 'has had too many requests. Wait, then ask again',
  refused: 'refused the request',
  server: 'failed. Ask again, or look at its log',
  redirect: 'sends the request elsewhere, which is not followed: name the address itself',
  'not-a-stream':
    'answered with something else than a stream of chat chunks. Check that url is an OpenAI-compatible server',
  stalled: 'sent nothing more for too long. Ask again',
  cut: 'ended its answer early. Ask again',
  'too-large': 'sent more than an answer can be. Lower maxNewTokens',
};

/** Characters of what a server says that are passed on. */
const maxSaid = 300;

export function failureOf(
  { shownUrl, secrets }: Pick<ElsewhereRequest, 'shownUrl' | 'secrets'>,
  reason: FailureReason,
  {
    status,
    said = '',
    cause,
  }: { readonly status?: number; readonly said?: string; readonly cause?: unknown } = {},
): NetworkError {
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), said).slice(0, maxSaid);
  const http = status === undefined ? '' : ` (HTTP status ${status})`;
  const quoted = shown === '' ? '' : ` It says: ${shown}`;
  return new NetworkError(
    `The server at ${shownUrl} ${sentences[reason]}${http}.${quoted}`,
    { url: shownUrl, reason, ...(status !== undefined && { status }) },
    cause === undefined ? undefined : { cause },
  );
}

export function reasonOfStatus(status: number): FailureReason {
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limit';
  return status >= 500 ? 'server' : 'refused';
}
