// What a file is, by its bytes: its name is not asked.
import { markupOf, refuseFileKind } from './text/file-kinds.ts';
import { decodeWhole } from './text/read-text.ts';
import type { GivenFile } from './types.ts';

export type Kind = 'pdf' | 'zip' | 'html' | 'text';

const headBytes = 4096;

/** @throws InvalidInputError, which names the file, for a kind that is not read */
export async function sniff({ blob, name }: GivenFile): Promise<Kind> {
  const bytes = new Uint8Array(await blob.slice(0, headBytes).arrayBuffer());
  const head = String.fromCharCode(...bytes);
  // Some bytes before its header are allowed, and what writes mail puts some there.
  if (/^(?:\xef\xbb\xbf)?\s{0,64}%PDF-\d/.test(head)) return 'pdf';
  if (/^PK(?:\x03\x04|\x05\x06)/.test(head)) return 'zip';
  refuseFileKind(head.slice(0, 512), name);
  return markupOf(await decodedHead(bytes, head)) === 'html' ? 'html' : 'text';
}

/** Latin-1 where it cannot be decoded: tags read the same. */
async function decodedHead(bytes: Uint8Array<ArrayBuffer>, latin1: string): Promise<string> {
  try {
    return (await decodeWhole(bytes)).text;
  } catch {
    return latin1;
  }
}
