// A server of the reader's own that writes the answers: what was typed, as something to ask. Pure, and kept in memory only.

export interface OwnServer {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
}

/** The server that was typed, or why it is none. */
export function readServer(address: string, model: string, apiKey: string): OwnServer | string {
  const url = address.trim();
  if (!URL.canParse(url)) return 'Type the whole address of the server, as http://localhost:11434/v1.';
  const { protocol, hostname, username } = new URL(url);
  const isHere = ['localhost', '127.0.0.1'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere))
    return 'The address has to begin with https:// (http:// is for this computer alone): on the way what is sent could be read.';
  if (username !== '') return 'Leave name and password out of the address; a key has a field of its own.';
  if (model.trim() === '') return 'Type the name of the model as the server calls it.';
  return { url, model: model.trim(), apiKey: apiKey.trim() };
}
