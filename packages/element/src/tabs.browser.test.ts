// Tabs that share an engine, as the element sees it: it asks for one where it is told to, and lists what another tab stored.
import { expect, test, vi } from 'vitest';
import { typedError } from './session/state.ts';
import { ask, button, element, engine, get, mountForEachTest } from './testing/harness.ts';
import { nextEvent, openBook, ready, text } from './testing/harness.ts';

mountForEachTest();

/** Whether the engine of each load was to be shared. */
async function sharedBy(loads: () => Promise<void>): Promise<unknown[]> {
  const shared: unknown[] = [];
  element.engineFactory = ({ share }) => {
    shared.push(share);
    return Promise.resolve(engine);
  };
  await loads();
  return shared;
}

test('it asks for a shared engine where it is told to', async () => {
  const load = async (name: string): Promise<void> => {
    const event = nextEvent('longread-ready');
    element.model = name;
    await event;
    await ready();
  };
  const shared = await sharedBy(async () => {
    await load('/one.gguf');
    element.share = true;
    await load('/two.gguf');
  });
  expect(shared).toEqual([undefined, true]);
});

test('files of one’s own are not shared', async () => {
  element.setAttribute('share', '');
  const shared = await sharedBy(async () => {
    await element.updateComplete;
    const input = get('#model-file', HTMLInputElement);
    const data = new DataTransfer();
    data.items.add(new File(['GGUF'], 'own.gguf'));
    input.files = data.files;
    input.dispatchEvent(new Event('change'));
    await ready();
  });
  expect(shared).toEqual([undefined]);
});

test('what another tab stored is listed', async () => {
  element.engine = engine;
  await ready();
  engine.storeElsewhere('lease.txt');
  await vi.waitFor(() => expect(text()).toContain('lease.txt'));
});

test('a question that the end of another tab cut off stays, and is asked again', async () => {
  await openBook();
  engine.failure = Object.assign(typedError('DeviceLost', 'The tab that ran the engine was closed.'), {
    details: { moved: true },
  });
  await ask('Who is the captain?');
  await vi.waitFor(() => expect(get('[role=alert]').textContent).toContain('was closed'));
  await ready();
  expect(get('[part=exchange]').textContent).toContain('Who is the captain?');
  button('Try again').click();
  await vi.waitFor(() => expect(text()).toContain('of the <b>Pequod</b>.'));
  await ready();
  expect(get('[role=alert]').textContent.trim()).toBe('');
});

test('a question that waits for the load of this tab shows how it goes, and is cancelled', async () => {
  await openBook();
  engine.isHolding = true;
  engine.phase = 'load';
  await ask('Who is the captain?');
  await vi.waitFor(() => expect(get('[part=progress]').textContent).toContain('Preparing the reading model'));
  expect(get('progress', HTMLProgressElement).position).toBeCloseTo(0.3);
  button('Cancel').click();
  await ready();
  expect(text()).not.toContain('Preparing the reading model');
  expect(get('[role=status]').textContent).toBe('Stopped.');
});
