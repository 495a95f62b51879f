// Errors across a worker boundary: classes, causes, names and stacks arrive; nothing thrown is too odd, too deep or too large to send.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorFromData, errorToData, type ErrorData } from './error-data.ts';
import { ClosedError, IntegrityError, LongreadError, OutOfMemoryError } from './errors.ts';

const sent = (thrown: unknown): ErrorData => structuredClone(errorToData(thrown));
const arrived = (thrown: unknown): Error => errorFromData(sent(thrown));

function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : [];
}

describe('an error that was sent', () => {
  test('is of its class, with its details and all that caused it', () => {
    const cause = new DOMException('disk full', 'QuotaExceededError');
    const error = new IntegrityError(
      'Damaged.',
      { chunk: 3 },
      { cause: new OutOfMemoryError('No room.', {}, { cause }) },
    );
    const [first, second, third, ...rest] = chainOf(arrived(error));
    expect(first).toBeInstanceOf(IntegrityError);
    expect(first).toMatchObject({ code: 'Integrity', message: 'Damaged.', details: { chunk: 3 } });
    expect(second).toBeInstanceOf(OutOfMemoryError);
    expect(third).toMatchObject({ name: 'QuotaExceededError', message: 'disk full' });
    expect(rest).toEqual([]);
  });

  test('of no class of ours keeps name, message and stack', () => {
    const error = new RangeError('out of bounds');
    const got = arrived(error);
    expect(got).toMatchObject({ name: 'RangeError', message: 'out of bounds', stack: error.stack });
    expect(got).not.toBeInstanceOf(LongreadError);
    expect(Object.keys(got)).toEqual([]);
  });

  test('may be caused by anything', () => {
    const causes = ['text', 7, null, Symbol('s'), { message: 'like a GPUError' }, { a: 1 }, () => undefined];
    const messages = causes.map(
      (cause) => chainOf(arrived(new ClosedError('Closed.', {}, { cause })))[1]?.message,
    );
    expect(messages).toEqual([
      'text',
      '7',
      'null',
      'Symbol(s)',
      'like a GPUError',
      '[object Object]',
      expect.stringContaining('=>'),
    ]);
    expect(sent(undefined)).toEqual({ name: 'Error', message: 'undefined' });
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(sent(hostile).message).not.toBe('');
    expect(sent(Object.create(null)).message).not.toBe('');
  });

  test('may be its own cause, and as deep and long as it likes', () => {
    const circle = new Error('circle', { cause: new Error('inner') });
    (circle.cause as Error).cause = circle;
    expect(chainOf(arrived(circle)).map(({ message }) => message)).toEqual(['circle', 'inner']);
    let deep = new Error('0');
    for (let i = 1; i < 1000; i++) deep = new Error(String(i), { cause: deep });
    expect(chainOf(arrived(deep))).toHaveLength(8);
    const text = 'x'.repeat(1e6);
    const details = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}${text}`, text]));
    expect(JSON.stringify(sent(new ClosedError(text, details))).length).toBeLessThan(1.5e6);
  });
});

const scalars = fc.oneof(fc.string(), fc.double(), fc.boolean());
const thrown = fc.letrec<{ any: unknown; error: Error }>((tie) => ({
  any: fc.oneof({ maxDepth: 10 }, fc.anything(), tie('error')),
  error: fc
    .tuple(fc.string({ unit: 'binary' }), tie('any'), fc.dictionary(fc.string(), scalars), fc.boolean())
    .map(([message, cause, details, isTyped]) =>
      isTyped ? new IntegrityError(message, details, { cause }) : new TypeError(message, { cause }),
    ),
}));

test('whatever was thrown can be cloned, and what arrives is what would be sent again', () => {
  fc.assert(
    fc.property(fc.oneof(thrown.any, thrown.error), (value) => {
      const data = sent(value);
      const error = errorFromData(data);
      expect(errorToData(error)).toEqual(data);
      if (!(value instanceof Error)) return;
      expect(error.message).toBe(value.message);
      expect(error instanceof LongreadError).toBe(value instanceof LongreadError);
      if (value instanceof LongreadError) expect(error).toHaveProperty('details', { ...value.details });
    }),
    { numRuns: 500 },
  );
});
