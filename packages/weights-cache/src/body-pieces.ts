// The body of a response, piece by piece: a connection that is cut or silent is told from every other failure, and the first bytes can
// be looked at before the rest is waited for.

type Piece = Uint8Array<ArrayBuffer>;

/** Temporary: the next try may do better. */
export class BrokenConnection extends Error {}

const headBytes = 4096;
/** A connection that brings nothing for so long counts as broken: browsers would wait for ever. */
const stalledMs = 30_000;

/** Piece by piece. Throws BrokenConnection. */
export async function* piecesOf(reader: ReadableStreamDefaultReader<Piece>): AsyncGenerator<Piece> {
  for (let next = await read(reader); !next.done; next = await read(reader)) yield next.value;
}

/** The same bytes; those of the head wait until it is whole and was looked at. */
export async function* withHead(
  reader: ReadableStreamDefaultReader<Piece>,
  checkHead: (head: Uint8Array) => void,
): AsyncGenerator<Piece> {
  const pieces = piecesOf(reader);
  let head: Piece = new Uint8Array(0);
  while (head.byteLength < headBytes) {
    const next = await pieces.next().catch((error: unknown) => {
      if (head.byteLength > 0) checkHead(head); // no second connection for what is of no use
      throw error;
    });
    if (next.done === true) break;
    const joined = new Uint8Array(head.byteLength + next.value.byteLength);
    joined.set(head);
    joined.set(next.value, head.byteLength);
    head = joined;
  }
  if (head.byteLength > 0) {
    checkHead(head);
    yield head;
  }
  yield* pieces;
}

function read<T>(reader: ReadableStreamDefaultReader<T>): Promise<ReadableStreamReadResult<T>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new BrokenConnection(`nothing arrived for ${stalledMs / 1000} s`));
    }, stalledMs);
    reader
      .read()
      .then(resolve, (cause: unknown) => {
        reject(new BrokenConnection('the connection was cut', { cause }));
      })
      .finally(() => {
        clearTimeout(timer);
      });
  });
}
