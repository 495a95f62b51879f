// A server of the reader's own that writes the answers: what was typed, as something to ask. Pure, and kept in memory only.
import type { Say } from './copy.ts';

/** As Ollama serves where nobody told it otherwise. */
export const exampleServer = 'http://localhost:11434/v1';

export interface OwnServer {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
}

/** The server that was typed, or why it is none. */
export function readServer(
  [address, model, apiKey]: readonly [address: string, model: string, apiKey: string],
  say: Say,
): OwnServer | string {
  const url = address.trim();
  if (!URL.canParse(url)) return say('typeServer', { example: exampleServer });
  const { protocol, hostname, username } = new URL(url);
  const isHere = ['localhost', '127.0.0.1'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) return say('httpsServer');
  if (username !== '') return say('noNameInAddress');
  if (model.trim() === '') return say('typeServerModel');
  return { url, model: model.trim(), apiKey: apiKey.trim() };
}
