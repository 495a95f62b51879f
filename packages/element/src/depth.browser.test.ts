// How deep documents are read: chosen before, told in the library, and deepened later.
import { userEvent } from 'vitest/browser';
import { expect, test, vi } from 'vitest';
import { info } from './testing/fake-facts.ts';
import { makeManifest } from './testing/stored.ts';
import { button, element, engine, focused, get, mountForEachTest, openMenu } from './testing/harness.ts';
import { pick, ready, root, text } from './testing/harness.ts';

mountForEachTest();

const chooser = (): HTMLSelectElement => get('#preset', HTMLSelectElement);
const note = (): string => get('#preset-note').textContent.trim();

async function readFile(name: string): Promise<void> {
  pick(name);
  await vi.waitFor(() => expect(text()).toContain(`${name} is ready`), { timeout: 20_000 });
  await ready();
}

test('a way is chosen by what it costs and finds, and stays chosen', async () => {
  element.engine = engine;
  await ready();
  expect([...chooser().options].map(({ text: name }) => name)).toEqual(['Skim', 'Read', 'Study']);
  expect(chooser().value).toBe('read');
  expect(note()).toBe('The usual way. A question reads up to 1,024 tokens of it again.');
  expect(chooser().labels[0]?.textContent).toBe('How it is read');
  await readFile('first.txt');
  expect(engine.given.at(-1)?.preset).toBeUndefined(); // the engine's own
  await userEvent.selectOptions(chooser(), 'skim');
  await element.updateComplete;
  expect(note()).toContain('Quickest to read and smallest to keep');
  expect(note()).toContain('about 40% of the time of Read. A question reads up to 2,048 tokens of it again.');
  await readFile('second.txt');
  expect(engine.given.at(-1)?.preset).toBe('skim');
  const rows = [...root().querySelectorAll('.item .muted')].map((row) => row.textContent);
  expect(rows).toEqual([expect.stringMatching(/^Skim · 12\.4/), expect.stringMatching(/^Read · 12\.4/)]);
  await userEvent.selectOptions(chooser(), 'study');
  await readFile('third.txt');
  expect(engine.given.at(-1)?.preset).toBe('study');
});

test('the page says it by attribute, until a reader chooses; what is none is the engine’s to refuse', async () => {
  element.setAttribute('preset', 'study');
  element.engine = engine;
  await ready();
  expect(chooser().value).toBe('study');
  await element.read('Call me Ishmael.', 'Moby Dick');
  expect(engine.given.at(-1)?.preset).toBe('study');
  element.src = 'data:text/plain,Call%20me%20Ishmael';
  await vi.waitFor(() => expect(engine.given).toHaveLength(2));
  expect(engine.given.at(-1)?.preset).toBe('study');
  await ready();
  element.setAttribute('preset', 'deeply');
  await element.updateComplete;
  expect(chooser().value).toBe('read');
  await element.read('Another text.', 'Another');
  expect(engine.given.at(-1)?.preset).toBe('deeply');
  await userEvent.selectOptions(chooser(), 'skim');
  await element.read('A third text.', 'Third');
  expect(engine.given.at(-1)?.preset).toBe('skim');
});

test('what reads alike is offered once; where all does, nothing is', async () => {
  const [skim, read, study] = info.presets;
  if (!skim || !read || !study) throw new Error('three presets');
  engine.info = () => Promise.resolve({ ...info, presets: [skim, read, { ...study, fingerprint: '' }] });
  element.preset = 'study';
  element.engine = engine;
  await ready();
  expect([...chooser().options].map(({ value }) => value)).toEqual(['skim', 'read']);
  expect(chooser().value).toBe('read');
  const other = { ...info, presets: [skim, read, study].map((each) => ({ ...each, fingerprint: '' })) };
  engine.info = () => Promise.resolve(other);
  engine.stored = [makeManifest('a', 'Moby Dick')];
  element.engine = undefined;
  await element.updateComplete;
  element.engine = engine;
  await vi.waitFor(() => expect(root().querySelector('#preset')).toBeNull());
  await ready();
  expect(get('.item .muted').textContent).toMatch(/^12\.4/);
  await openMenu('Moby Dick');
  expect(text()).not.toContain('Read deeper');
});

test('a stored document is read deeper from its row, which says what that costs; what there was stays', async () => {
  engine.stored = [
    makeManifest('a', 'Moby Dick', { fingerprint: 'skimmed' }),
    makeManifest('b', 'Emma', { fingerprint: 'elsewhere' }),
    makeManifest('c', 'Lease', { fingerprint: 'studied' }),
  ];
  element.engine = engine;
  await ready();
  for (const title of ['Emma', 'Lease']) {
    await openMenu(title);
    expect(text()).not.toContain('Read deeper');
  }
  await openMenu('Moby Dick');
  const study = button('Read deeper: Study, Moby Dick');
  await vi.waitFor(() => expect(study.nextElementSibling?.textContent).toContain('41.0 MB'));
  expect(study.nextElementSibling?.textContent).toBe('41.0 MB more to keep, about 14 min to read');
  expect(text()).toContain('the reading that there is stays until you delete it');
  engine.isHolding = true;
  button('Read deeper: Read, Moby Dick').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(text()).toContain('Reading: Moby Dick'));
  expect(focused()).toBe('cancel');
  engine.release();
  await vi.waitFor(() => expect(text()).toContain('Moby Dick is ready'));
  await ready();
  expect(engine.calls).toEqual(['open a', 'reread a read', 'ingest Moby Dick', 'close a']);
  expect(focused()).toBe('question');
  expect(
    engine.stored.filter(({ title }) => title === 'Moby Dick').map(({ fingerprint }) => fingerprint),
  ).toEqual(['', 'skimmed']);
  expect(get('.item[aria-current] .muted').textContent).toContain('Read · ');
});

test('a deeper reading that is stopped can go on; one that is open stays open until then', async () => {
  engine.stored = [makeManifest('a', 'Moby Dick', { fingerprint: 'skimmed' })];
  element.engine = engine;
  await ready();
  await openMenu('Moby Dick');
  engine.isHolding = engine.keepsBegun = true;
  button('Read deeper: Study, Moby Dick').click();
  await vi.waitFor(() => expect(engine.calls).toEqual(['open a']));
  engine.release();
  engine.isHolding = true;
  await vi.waitFor(() => expect(engine.calls).toContain('ingest Moby Dick'));
  await vi.waitFor(() => button('Pause').click());
  engine.isHolding = false;
  await vi.waitFor(() => expect(text()).toContain('Answers cover the first 30%.'));
  await ready();
  expect(engine.stored.map(({ state, fingerprint }) => `${state} ${fingerprint}`)).toEqual([
    'reading studied',
    'ready skimmed',
  ]);
  button('Continue reading').click();
  await vi.waitFor(() => expect(text()).not.toContain('Answers cover'));
  await ready();
  expect(engine.calls.filter((call) => call.startsWith('reread'))).toEqual([
    'reread a study',
    'reread a study',
  ]);
  expect(engine.stored.map(({ state, fingerprint }) => `${state} ${fingerprint}`)).toEqual([
    'ready studied',
    'ready skimmed',
  ]);
  const [shallow] = root().querySelectorAll<HTMLButtonElement>('.item:last-child .title');
  shallow?.click();
  await vi.waitFor(() => expect(engine.calls.at(-1)).toBe('close id-1'));
  await ready();
  await element.ask('Who?');
  await element.updateComplete;
  get('.item:last-child .quiet').click();
  await element.updateComplete;
  engine.isHolding = true;
  button('Read deeper: Read, Moby Dick').click();
  await vi.waitFor(() => button('Pause').click());
  await ready();
  expect(get('.asked').textContent).toBe('Who?');
  expect(engine.calls.at(-1)).not.toContain('close');
});

test('a reading goes on in the way in which it was begun, whatever was chosen since', async () => {
  element.engineFactory = () => Promise.resolve(engine);
  element.model = '/model.gguf';
  await ready();
  await userEvent.selectOptions(chooser(), 'skim');
  engine.keepsBegun = engine.isHolding = true;
  pick('half.txt');
  await vi.waitFor(() => expect(engine.calls).toContain('ingest half.txt'), { timeout: 20_000 });
  element.remove();
  await vi.waitFor(() => expect(engine.calls).toContain('dispose'));
  engine.keepsBegun = engine.isHolding = false;
  document.body.append(element);
  await ready();
  await userEvent.selectOptions(chooser(), 'study');
  button('Open half.txt').click();
  await vi.waitFor(() => button('Continue reading').click());
  await vi.waitFor(() => expect(text()).toContain('half.txt is ready'));
  await ready();
  expect(engine.given.at(-1)?.preset).toBe('skim');
});

test('what would not fit cannot be chosen, and says why', async () => {
  engine.stored = [makeManifest('a', 'Moby Dick', { fingerprint: 'skimmed' })];
  const { plan } = engine;
  engine.plan = (async (of: never) => ({
    ...(await plan(of)),
    fits: false,
    reason: 'No room <b>here</b>.',
  })) as never;
  element.engine = engine;
  await ready();
  await openMenu('Moby Dick');
  await vi.waitFor(() => expect(text()).toContain('No room <b>here</b>.'));
  button('Read deeper: Study, Moby Dick').click();
  await ready();
  expect(engine.calls).toEqual([]);
});
