// <long-read> in a real browser with a fake engine: the model and the documents.
import { userEvent } from 'vitest/browser';
import { describe, expect, test, vi } from 'vitest';
import { FakeEngine } from './testing/fake-engine.ts';
import { makeManifest, makeStoredModel } from './testing/stored.ts';
import { button, element, engine, focused, get, mountForEachTest } from './testing/harness.ts';
import { nextEvent, openBook, openMenu, pick, ready, root, text } from './testing/harness.ts';

mountForEachTest();

describe('the model', () => {
  test('without one there is a way to choose a file, and loading shows progress', async () => {
    const made = Promise.withResolvers<FakeEngine>();
    element.engineFactory = (options) => {
      options.onProgress?.({ phase: 'fetch', done: 31e6, total: 98e6, unit: 'bytes' });
      return made.promise;
    };
    await element.updateComplete;
    expect(text()).toContain('No model is loaded');
    expect(get('label[for="model-file"]').textContent).toContain('.gguf');
    element.model = '/model.gguf';
    await vi.waitFor(() => expect(text()).toContain('31.0 MB of 98.0 MB'));
    expect(get('progress', HTMLProgressElement).labels[0]?.textContent).toBe('Getting the reading model');
    const event = nextEvent('longread-ready');
    made.resolve(engine);
    expect(await event).toMatchObject({ model: 'Fake 1M' });
    await ready();
    expect(text()).toContain('Fake 1M, on this device');
    element.remove();
    await vi.waitFor(() => expect(engine.calls).toContain('dispose'));
  });

  test('a cancelled load disposes the engine that came too late, and can be started again', async () => {
    const made = Promise.withResolvers<FakeEngine>();
    element.engineFactory = () => made.promise;
    element.model = '/model.gguf';
    await vi.waitFor(() => button('Cancel').click());
    made.resolve(engine);
    await vi.waitFor(() => expect(engine.calls).toEqual(['dispose']));
    await vi.waitFor(() => expect(element.phase).toBe('idle'));
    await element.updateComplete;
    button('Load the model').click();
    await ready();
  });

  test('measuring the GPU can be skipped, and the load goes on', async () => {
    const made = Promise.withResolvers<FakeEngine>();
    element.engineFactory = ({ tune, onProgress }) => {
      onProgress?.({ phase: 'tune', done: 1, total: 9, unit: 'cases' });
      if (tune) tune.skip?.addEventListener('abort', () => made.resolve(engine));
      return made.promise;
    };
    element.model = '/model.gguf';
    await vi.waitFor(() => expect(text()).toContain('Tuning to this device'));
    button('Skip tuning').click();
    await ready();
    expect(text()).not.toContain('Skip tuning');
  });

  test("an engine of the page's own is not disposed, and moving the element keeps it", async () => {
    await openBook();
    const other = document.createElement('div');
    document.body.append(other);
    other.append(element);
    await element.updateComplete;
    expect(text()).toContain('moby.txt');
    element.remove();
    await vi.waitFor(() => expect(engine.calls).toContain('close id-0'));
    expect(engine.calls).not.toContain('dispose');
  });
});

describe('stored models', () => {
  test('are listed with what is there of them, and deleted only after a yes', async () => {
    engine.storedModels = [
      makeStoredModel('https://models.example/tiny%20model.gguf?download=1'),
      makeStoredModel('https://models.example/large.gguf', { sizeBytes: 4e6, complete: false }),
    ];
    element.engine = engine;
    await ready();
    expect(text()).toContain('tiny model.gguf 98.4 MB · from models.example');
    expect(text()).toContain('large.gguf 4.0 MB of 98.4 MB, not complete');
    button('Delete the model large.gguf').click();
    await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(true));
    expect(get('dialog').textContent).toContain('fetched again');
    button('Delete').click();
    await vi.waitFor(() => expect(engine.calls).toEqual(['delete https://models.example/large.gguf']));
    await ready();
    expect(text()).not.toContain('large.gguf 4.0 MB');
    expect(get('[role=status]').textContent).toBe('Deleted large.gguf.');
  });
});

describe('documents', () => {
  test('a picked file is read with progress and announced; the question field has focus next', async () => {
    element.engine = engine;
    await ready();
    engine.isHolding = true;
    get('#file').focus();
    pick('moby.txt');
    await vi.waitFor(() => expect(text()).toContain('Reading: moby.txt'));
    expect(get('progress', HTMLProgressElement).labels[0]?.textContent).toBe('Reading: moby.txt');
    expect(focused()).toBe('cancel');
    const event = nextEvent('longread-document');
    engine.release();
    expect(await event).toMatchObject({ title: 'moby.txt' });
    await ready();
    expect(focused()).toBe('question');
    expect(get('[role=status]').textContent).toContain('moby.txt is ready for questions');
    expect(text()).toContain('Read in 34 s');
  });

  test('what its reader should know of it stands beside its title, as text', async () => {
    engine.notes = ['It is a web page and was read with its <b>tags</b>.'];
    await openBook();
    expect(get('[part=note]').textContent).toBe(engine.notes[0]);
    expect(root().querySelector('[part=note] b')).toBeNull();
  });

  test('cancelling a read is no error', async () => {
    element.engine = engine;
    await ready();
    engine.isHolding = true;
    pick('moby.txt');
    await vi.waitFor(() => button('Pause').click());
    await ready();
    expect(get('[role=status]').textContent).toBe('Stopped.');
    expect(get('[role=alert]').textContent.trim()).toBe('');
    expect(text()).toContain('Pick a document');
  });

  test('a file can be dropped and a text pasted', async () => {
    element.engine = engine;
    await ready();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['Call me Ishmael.'], 'dropped.txt'));
    const drop = (type: string): DragEvent =>
      new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true });
    get('.frame').dispatchEvent(drop('dragover'));
    expect(element.hasAttribute('data-dropping')).toBe(true);
    const dropped = drop('drop');
    get('.frame').dispatchEvent(dropped);
    expect(dropped.defaultPrevented).toBe(true);
    expect(element.hasAttribute('data-dropping')).toBe(false);
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest dropped.txt']));

    const other = new FakeEngine();
    element.engine = other;
    await vi.waitFor(() => get('#paste'));
    await ready();
    get('#paste', HTMLTextAreaElement).value = 'Chapter 1\nCall me Ishmael.';
    get('details form', HTMLFormElement).requestSubmit();
    await vi.waitFor(() => expect(other.calls).toEqual(['ingest Chapter 1']));
  });

  test('src is fetched and read when the model is ready, and its failure is named', async () => {
    element.src = `data:text/plain,Call%20me%20Ishmael`;
    element.engine = engine;
    await vi.waitFor(() => expect(engine.calls).toHaveLength(1));
    element.src = '/nowhere/book.txt?x=1';
    vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response('', { status: 404 }));
    await vi.waitFor(() => expect(get('[role=alert]').textContent).toMatch(/Network\s.*404/));
    expect(fetch).toHaveBeenCalledWith(element.src, expect.objectContaining({ cache: 'no-cache' }));
  });

  test('stored documents are opened, and deleted only after a yes', async () => {
    engine.stored = [makeManifest('a', 'Moby Dick'), makeManifest('b', 'Emma', { state: 'reading' })];
    element.engine = engine;
    await ready();
    expect(text()).toContain('2 documents · 24.8 MB used');
    expect(text()).toContain('not read to its end');
    button('Open Moby Dick').click();
    await vi.waitFor(() => expect(text()).toContain('Opened from this browser’s storage'));
    await ready();
    expect(get('.item[aria-current]').textContent).toContain('Moby Dick');

    await openMenu('Moby Dick');
    button('Delete Moby Dick').focus();
    button('Delete Moby Dick').click();
    await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(true));
    expect(get('dialog h3').textContent).toBe('Delete Moby Dick?');
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(false));
    expect(engine.stored).toHaveLength(2);

    await vi.waitFor(() => expect(root().activeElement?.ariaLabel).toBe('Delete Moby Dick'));
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(true));
    button('Delete').click();
    await vi.waitFor(() => expect(engine.calls.slice(-2)).toEqual(['close a', 'delete a']));
    await ready();
    expect(text()).not.toContain('Open Moby Dick');
    expect(text()).toContain('Emma');
    expect(focused()).toBe('file');

    // The dialog must not remember the yes that was said to another document.
    await openMenu('Emma');
    button('Delete Emma').click();
    await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(true));
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(false));
    await ready();
    expect(engine.calls.at(-1)).toBe('delete a');
  });
});

test('a file that is added is read as what it is, its places in a file of its name', async () => {
  await openBook();
  await openMenu('moby.txt');
  const input = get('#append-file', HTMLInputElement);
  const data = new DataTransfer();
  data.items.add(new File(['<!doctype html><h1>Whales</h1><p>Large.'], '<b>.html'));
  input.files = data.files;
  input.dispatchEvent(new Event('change'));
  await vi.waitFor(() => expect(engine.calls).toContain('append Whales\n\nLarge.'), { timeout: 20_000 });
  await ready();
  expect(engine.given.at(-1)?.outline?.map(({ kind, label }) => [kind, label])).toEqual([
    ['file', '<b>.html'],
    ['heading', 'Whales'],
  ]);
  expect(text()).toContain('Added to moby.txt.');
});

test('a reading that was interrupted goes on after the element has gone and come back', async () => {
  element.engineFactory = () => Promise.resolve(engine);
  element.model = '/model.gguf';
  await ready();
  engine.keepsBegun = engine.isHolding = true;
  pick('half.txt');
  await vi.waitFor(() => expect(engine.calls).toContain('ingest half.txt'), { timeout: 20_000 });
  element.remove();
  await vi.waitFor(() => expect(engine.calls).toContain('dispose'));
  engine.keepsBegun = engine.isHolding = false;
  document.body.append(element);
  await ready();
  expect(text()).toContain('not read to its end');
  button('Open half.txt').click();
  await vi.waitFor(() => button('Continue reading').click());
  await vi.waitFor(() => expect(text()).toContain('half.txt is ready'));
  await ready();
  expect(engine.calls.slice(engine.calls.indexOf('dispose') + 1)).toEqual([
    'open id-0',
    'close id-0',
    'ingest half.txt',
  ]);
  expect(root().querySelector('#resume')).toBeNull();
});
