// Drops on <long-read>: what cannot be read says so, and nothing that can is lost.
import { describe, expect, test, vi } from 'vitest';
import { FakeEngine } from './testing/fake-engine.ts';
import { button, element, engine, get, mountForEachTest, ready, text } from './testing/harness.ts';
import { typedError } from './session/state.ts';

mountForEachTest();

const file = (name: string): File => new File(['Call me Ishmael.'], name);

interface DroppedFolder {
  readonly folder: string;
  readonly files?: readonly (File | DroppedFolder)[];
}

/** A folder's entry, which gives its own entries one at a time. */
function folderEntry({ folder: name, files = [] }: DroppedFolder): object {
  const inside: object[] = files.map((each) =>
    each instanceof File
      ? { isFile: true, name: each.name, file: (done: (file: File) => void) => done(each) }
      : folderEntry(each),
  );
  const createReader = () => {
    const left = [...inside];
    return { readEntries: (done: (some: readonly object[]) => void) => done(left.splice(0, 1)) };
  };
  return { isDirectory: true, name, createReader };
}

/** A drop as the browser gives it: a folder is a file too, and only its entry tells. */
function drop(...dropped: readonly (File | DroppedFolder)[]): void {
  const files = dropped.map((one) => (one instanceof File ? one : file(one.folder)));
  const items = dropped.map((one) => ({
    kind: 'file',
    webkitGetAsEntry: () => (one instanceof File ? { isDirectory: false } : folderEntry(one)),
  }));
  const event = new Event('drop', { bubbles: true, cancelable: true, composed: true });
  Object.assign(event, { dataTransfer: { types: ['Files'], items, files } });
  get('.frame').dispatchEvent(event);
}

const alert = (): string => get('[role=alert]').textContent;
const notice = (): string => get('[part=notice]').textContent;

async function start(): Promise<void> {
  element.engine = engine;
  await ready();
}

describe('a drop', () => {
  test('of a folder reads the files in it and in its folders as one document', async () => {
    await start();
    const inner = { folder: 'in', files: [file('<b>2</b>.txt')] };
    drop({ folder: 'book', files: [file('1.txt'), inner, file('.hidden')] });
    await vi.waitFor(() => expect(text()).toContain('book is ready'), { timeout: 20_000 });
    const { outline = [], notes } = engine.given.at(-1) ?? {};
    expect(outline.map(({ label }) => label)).toEqual(['book/1.txt', 'book/in/<b>2</b>.txt']);
    expect(notes).toEqual(['Hidden files and folders were left out.']);
  });

  test('of a folder without files says so, and leaves what is open', async () => {
    await start();
    drop(file('ch1.txt'));
    await vi.waitFor(() => expect(text()).toContain('ch1.txt is ready'), { timeout: 20_000 });
    drop({ folder: '<i>bare</i>' });
    await vi.waitFor(() => expect(alert()).toContain('<i>bare</i> has no files in it. Choose a folder'));
    expect(get('#document-heading').textContent).toBe('ch1.txt');
    drop(file('ch2.txt'));
    await vi.waitFor(() => expect(text()).toContain('ch2.txt is ready'));
    expect(alert()).not.toContain('bare');
  });

  test('of several files reads them as one document', async () => {
    await start();
    drop(file('a.txt'), file('b.txt'), file('c.txt'));
    const isReady = () => expect(text()).toContain('a.txt, b.txt, c.txt is ready');
    await vi.waitFor(isReady, { timeout: 20_000 }); // the reader of several is loaded first
    expect(engine.calls).toEqual(['ingest a.txt, b.txt, c.txt']);
  });

  test('of a folder beside a file reads both, and tells how far it is', async () => {
    await start();
    const told: unknown[] = [];
    element.addEventListener('longread-progress', ({ detail }) => told.push(detail));
    drop({ folder: 'book', files: [file('a.txt')] }, file('b.txt'));
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest book, b.txt']), { timeout: 20_000 });
    expect(told).toContainEqual({ phase: 'tokenize', done: 1, total: 2, unit: 'cases' });
  });

  test('of nothing that is a file says so', async () => {
    await start();
    drop();
    await vi.waitFor(() => expect(alert()).toContain('Nothing was dropped that could be read'));
  });

  test('whose file cannot be read names the file', async () => {
    await start();
    engine.failure = typedError('InvalidInput', 'The document is empty.');
    drop(file('empty.txt'));
    await vi.waitFor(() => expect(alert()).toContain('empty.txt: The document is empty.'));
  });
});

describe('a drop while', () => {
  test('the model loads is read when it is ready', async () => {
    const made = Promise.withResolvers<FakeEngine>();
    element.engineFactory = () => made.promise;
    element.model = '/model.gguf';
    element.src = '/never-read.txt';
    await vi.waitFor(() => expect(element.phase).toBe('loading'));
    drop(file('early.txt'));
    await vi.waitFor(() => expect(notice()).toBe('early.txt is read as soon as what runs now is done.'));
    expect(engine.calls).toEqual([]);
    made.resolve(engine);
    await vi.waitFor(() => expect(text()).toContain('early.txt is ready'));
    expect(engine.calls).toEqual(['ingest early.txt']);
    expect(text()).not.toContain('as soon as');
  });

  test('another document is read is read after it', async () => {
    await start();
    engine.isHolding = true;
    drop(file('first.txt'));
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest first.txt']), { timeout: 20_000 });
    drop(file('second.txt'));
    await vi.waitFor(() => expect(notice()).toContain('second.txt is read as soon as'));
    engine.release();
    await vi.waitFor(() => expect(text()).toContain('second.txt is ready'));
    expect(engine.calls.filter((call) => call.startsWith('ingest'))).toEqual([
      'ingest first.txt',
      'ingest second.txt',
    ]);
  });

  test('there is no model waits for one', async () => {
    await element.updateComplete;
    drop(file('early.txt'));
    await vi.waitFor(() => expect(notice()).toBe('early.txt is read as soon as a model is loaded.'));
    let load = (): void => undefined;
    element.engineFactory = () => new Promise((resolve) => (load = () => resolve(engine)));
    element.model = '/model.gguf';
    await vi.waitFor(() => expect(element.phase).toBe('loading'));
    await element.updateComplete;
    expect(notice()).toBe('early.txt is read as soon as a model is loaded.');
    load();
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest early.txt']), { timeout: 20_000 });
  });

  test('something runs that is cancelled is let go of', async () => {
    await start();
    engine.isHolding = true;
    drop(file('first.txt'));
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest first.txt']), { timeout: 20_000 });
    drop(file('second.txt'));
    await vi.waitFor(() => button('Pause').click());
    await ready();
    expect(engine.calls).toEqual(['ingest first.txt']);
    expect(text()).not.toContain('second.txt');
  });
});

describe('the picker', () => {
  const choose = (id: string, ...files: readonly File[]): void => {
    const input = get(id, HTMLInputElement);
    const data = new DataTransfer();
    for (const each of files) data.items.add(each);
    input.files = data.files;
    input.dispatchEvent(new Event('change'));
  };

  test('takes several files as one document', async () => {
    await start();
    expect(get('#file', HTMLInputElement).multiple).toBe(true);
    choose('#file', file('a.txt'), file('b.txt'));
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest a.txt, b.txt']), { timeout: 20_000 });
  });

  test('takes a folder, of one file too, and calls the document so', async () => {
    await start();
    expect(get('#folder', HTMLInputElement).webkitdirectory).toBe(true);
    const only = Object.defineProperty(file('a.txt'), 'webkitRelativePath', { value: 'notes/a.txt' });
    vi.spyOn(get('#folder', HTMLInputElement), 'files', 'get').mockReturnValue([only] as unknown as FileList);
    get('#folder').dispatchEvent(new Event('change'));
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest notes']), { timeout: 20_000 });
    expect(engine.given[0]?.outline?.map(({ label }) => label)).toEqual(['notes/a.txt']);
  });
});

test('a model file that does not load is named', async () => {
  element.engineFactory = () => Promise.reject(typedError('ModelFormat', 'Not a GGUF file: it is text.'));
  await element.updateComplete;
  const input = get('#model-file', HTMLInputElement);
  const data = new DataTransfer();
  data.items.add(file('tiny.gguf'));
  input.files = data.files;
  input.dispatchEvent(new Event('change'));
  await vi.waitFor(() => expect(alert()).toContain('tiny.gguf: Not a GGUF file'));
});

describe('the parts of a model', () => {
  const names = ['tiny-00002-of-00002.gguf', 'tiny-00001-of-00002.gguf'];
  let given: unknown;
  const start = async (): Promise<void> => {
    element.engineFactory = ({ model }) => {
      given = model;
      return Promise.resolve(engine);
    };
    await element.updateComplete;
  };
  const namesOf = (files: unknown): string[] => (files as File[]).map(({ name }) => name);

  test('are picked together', async () => {
    await start();
    const input = get('#model-file', HTMLInputElement);
    expect(input.multiple).toBe(true);
    const data = new DataTransfer();
    for (const name of names) data.items.add(file(name));
    input.files = data.files;
    input.dispatchEvent(new Event('change'));
    await ready();
    expect(namesOf(given)).toEqual(names);
  });

  test('are dropped together with all that lies beside weights in safetensors', async () => {
    await start();
    const hub = ['README.md', 'config.json', 'model.safetensors'];
    drop(...hub.map(file), { folder: 'onnx' });
    await ready();
    expect(namesOf(given)).toEqual(hub);
  });

  test('are dropped as their folder; one of no model waits to be read', async () => {
    await start();
    drop({ folder: 'book', files: [file('ch1.txt')] });
    await vi.waitFor(() => expect(notice()).toBe('book is read as soon as a model is loaded.'));
    const hub = ['config.json', 'model.safetensors'];
    drop({ folder: 'tiny', files: hub.map(file) });
    await vi.waitFor(() => expect(engine.calls).toEqual(['ingest book']), { timeout: 20_000 });
    expect(namesOf(given)).toEqual(hub);
  });

  test('are dropped together, where there is no model yet', async () => {
    await start();
    drop(...names.map(file));
    await ready();
    expect(namesOf(given)).toEqual(names);
    expect(engine.calls.filter((call) => call.startsWith('ingest'))).toEqual([]);
  });
});
