// What a forger of stored records would do: checksums that are right over content that is not.
import { hashJson } from '../schema/record.ts';
import { encodeManifest, headerBytes, readWords, sectionHeaderBytes } from '../transfer/container.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A manifest record of any content with the checksum that belongs to it. */
export async function resignManifest(record: object): Promise<object> {
  const content: Record<string, unknown> = { ...record };
  delete content.checksum;
  return { ...content, checksum: await hashJson(content) };
}

/** The header and the sections, each with its own header, of a whole exported file. */
export function splitContainer(file: Bytes): { readonly header: Bytes; readonly sections: readonly Bytes[] } {
  const sections: Bytes[] = [];
  for (let at = headerBytes; at < file.length;) {
    const [, , length = 0] = readWords(file.subarray(at), 3);
    sections.push(file.subarray(at, at + sectionHeaderBytes + length));
    at += sectionHeaderBytes + length;
  }
  return { header: file.subarray(0, headerBytes), sections };
}

/** A manifest section of an exported file. */
export function encodeManifestSection(record: object): Bytes {
  const parts = encodeManifest(record);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
