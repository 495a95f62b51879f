import { expect, test } from 'vitest';
import { Waits } from './waits.ts';

function waits() {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  return { waits: new Waits({ failed }), fail };
}

const never = new Promise<number>(() => undefined);

test('passes a value and an error on', async () => {
  const { waits: of } = waits();
  expect(await of.until(Promise.resolve(7))).toBe(7);
  await expect(of.until(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('ends at once when cancelled, before or while it waits', async () => {
  const { waits: of } = waits();
  const controller = new AbortController();
  const waiting = of.until(never, { signal: controller.signal, during: 'test' });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'Aborted', details: { during: 'test' } });
  await expect(of.until(never, { signal: controller.signal, during: 'test' })).rejects.toMatchObject({
    code: 'Aborted',
  });
});

test('ends with the failure of the device, before or while it waits', async () => {
  const { waits: of, fail } = waits();
  const waiting = of.until(never);
  fail(new Error('lost'));
  await expect(waiting).rejects.toThrow('lost');
  await expect(of.until(never)).rejects.toThrow('lost');
});
