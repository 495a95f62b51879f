import { expect, test } from 'vitest';
import { createPieces } from './pieces.ts';

test('an answer that starts again sends what was not sent yet, however it is cut', () => {
  const sent: string[] = [];
  const pieces = createPieces((piece) => sent.push(piece));
  const first = pieces.start();
  ['Call ', 'me Ish'].forEach(first);
  const second = pieces.start();
  ['C', 'all me', ' Ishmael', '.'].forEach(second);
  expect(sent).toEqual(['Call ', 'me Ish', 'mael', '.']);
});

test('an answer that comes out differently is refused, before anything wrong is sent', () => {
  const sent: string[] = [];
  const pieces = createPieces((piece) => sent.push(piece));
  pieces.start()('Call me');
  const again = pieces.start();
  again('Call');
  expect(() => again(' him')).toThrow(
    expect.objectContaining({ code: 'DeviceLost', details: { sentChars: 7 } }),
  );
  expect(sent).toEqual(['Call me']);
});
