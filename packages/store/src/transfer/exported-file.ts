// An exported file as it comes, section by section. Memory grows with the bytes that came, never with a length that the file claims;
// every failure is an IntegrityError that names the field and its offset.
import { IntegrityError, InvalidInputError, throwIfAborted } from '@longread/core';
import { RecordShapeError } from '../schema/record.ts';
import {
  containerVersions,
  headerBytes,
  magic,
  maxSectionBytes,
  readWords,
  sectionHeaderBytes,
  sectionKinds,
  type SectionKind,
} from './container.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export class ExportedFile {
  readonly #reader: ReadableStreamDefaultReader<Bytes>;
  readonly #signal: AbortSignal | undefined;
  // A source that has stalled is not waited for: cancelling it ends the read under way.
  readonly #stop = (): void => void this.#reader.cancel(this.#signal?.reason).catch(() => undefined);
  #pending: Bytes = new Uint8Array();
  #offset = 0;

  constructor(stream: ReadableStream<Bytes>, signal: AbortSignal | undefined) {
    this.#reader = stream.getReader();
    this.#signal = signal;
    signal?.addEventListener('abort', this.#stop, { once: true });
  }

  /** Bytes taken so far. */
  get offset(): number {
    return this.#offset;
  }

  /** The file's version. @throws IntegrityError unless this is a document's file of a version that this build reads */
  async readHeader(): Promise<number> {
    const header = await this.#take(headerBytes, 'the header');
    if (magic.some((byte, i) => byte !== header[i])) {
      throw new IntegrityError(
        'This is not a document exported by Longread: its first bytes are others. Choose an exported file.',
        { field: 'magic', offset: 0 },
      );
    }
    const [version = 0] = readWords(header.subarray(magic.length), 1);
    const read = Object.values(containerVersions);
    if (read.includes(version)) return version;
    const todo =
      version > Math.max(...read)
        ? 'Use a later build, or export the document with this one.'
        : "Read the document's source again: files this old hold no text.";
    throw new IntegrityError(
      `The file has version ${version} and this build reads versions ${new Intl.ListFormat('en').format(read.map(String))}. ${todo}`,
      { field: 'version', offset: magic.length, version },
    );
  }

  /** What `decode` makes of the next section, which must be this one. What it finds wrong is told with the section's offset. */
  async readSection<T>(kind: SectionKind, index: number, decode: (bytes: Bytes) => Promise<T>): Promise<T> {
    const field = ['manifest', 'state'].includes(kind) ? `the ${kind}` : `${kind} ${index}`;
    const start = this.#offset;
    const header = await this.#take(sectionHeaderBytes, `the header of ${field}`);
    const [foundKind, foundIndex, length = 0] = readWords(header, 3);
    if (foundKind !== sectionKinds[kind] || foundIndex !== index)
      throw fileError(field, start, `section kind ${foundKind}, index ${foundIndex} stands there`);
    const limit = maxSectionBytes[kind];
    if (length > limit)
      throw fileError(field, start, `it says that it takes ${length} bytes; the limit is ${limit}`);
    const bytes = await this.#take(length, field);
    try {
      return await decode(bytes);
    } catch (error) {
      if (error instanceof RecordShapeError || error instanceof IntegrityError)
        throw fileError(field, start, error.message, error);
      throw error;
    }
  }

  /** @throws IntegrityError when there are more bytes */
  async readEnd(): Promise<void> {
    while (this.#pending.length === 0) if (!(await this.#more())) return;
    throw new IntegrityError(
      `The file goes on after byte ${this.#offset}, where its last chunk ends. Export or copy it again.`,
      { field: 'end', offset: this.#offset },
    );
  }

  /** Lets go of the source, whatever is left of it. */
  async cancel(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#stop);
    await this.#reader.cancel().catch(() => undefined);
  }

  /** Exactly `length` bytes. */
  async #take(length: number, field: string): Promise<Bytes> {
    throwIfAborted(this.#signal, 'import');
    const offset = this.#offset;
    const parts: Bytes[] = [];
    let have = 0;
    while (have < length) {
      if (this.#pending.length === 0 && !(await this.#more())) {
        throw new IntegrityError(
          `The file is cut off: ${field} takes ${length} bytes from byte ${offset}, and the file ends at byte ` +
            `${offset + have}. Export or copy it again.`,
          { field, offset, length, fileBytes: offset + have },
        );
      }
      const part = this.#pending.subarray(0, length - have);
      this.#pending = this.#pending.subarray(part.length);
      have += part.length;
      parts.push(part);
    }
    this.#offset += length;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** Waits for bytes; false at the end of the stream. */
  async #more(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    throwIfAborted(this.#signal, 'import');
    if (done) return false;
    // The type is a promise of the caller's, who may be JavaScript.
    if (!((value as unknown) instanceof Uint8Array)) {
      throw new InvalidInputError(
        'The stream to import does not give bytes: give a Blob or a stream of Uint8Array.',
      );
    }
    this.#pending = value;
    return true;
  }
}

function fileError(field: string, offset: number, reason: string, cause?: Error): IntegrityError {
  return new IntegrityError(
    `The file is damaged at byte ${offset}, in ${field}: ${reason}`,
    { ...(cause instanceof IntegrityError && cause.details), field, offset },
    cause && { cause },
  );
}
