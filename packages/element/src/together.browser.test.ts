// Several documents asked as one: from the library, with passages that open their document.
import { page, userEvent } from 'vitest/browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { makeManifest } from './testing/stored.ts';
import { ask, button, element, engine, focused, get, mountForEachTest } from './testing/harness.ts';
import { openMenu, ready, root, text } from './testing/harness.ts';

mountForEachTest();

const entry = 'Ask All documents, 2 of 5';
const source = (): string => get('#source').textContent.replace(/\s+/g, ' ');
const header = (): string => get('#document-heading').textContent.trim();

beforeEach(async () => {
  await page.viewport(1440, 900);
  element.layout = 'full';
  engine.stored = [
    makeManifest('a', 'Lease <b>'),
    makeManifest('b', 'Deed'),
    makeManifest('c', 'Skimmed one', { fingerprint: 'skimmed' }),
    makeManifest('d', 'Another model’s', { fingerprint: 'elsewhere' }),
    makeManifest('e', 'Begun', { state: 'reading' }),
  ];
  element.engine = engine;
  await ready();
});

async function openAll(): Promise<void> {
  button(entry).click();
  await vi.waitFor(() => expect(header()).toBe('All documents'));
  await ready();
}

/** Asks, and waits for the end of the answer. */
async function asked(question: string): Promise<void> {
  await ask(question);
  await vi.waitFor(() => expect(text()).toContain('About this answer'));
  await ready();
}

test('what can be asked is, by keyboard, and what cannot is said by name', async () => {
  button(entry).focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(engine.calls).toEqual(['together a b']));
  await ready();
  expect(source()).toContain('2 documents are asked as one. Nothing is read again');
  const others = [...root().querySelectorAll('.together ul:last-of-type li')];
  expect(others.map((each) => each.textContent.replace(/\s+/g, ' ').trim())).toEqual([
    'Skimmed one read in another way: Skim',
    'Another model’s read by another model, or with other settings',
    'Begun not read to its end',
  ]);
  expect(get('[role=status]').textContent).toBe('2 documents are ready for questions.');
  expect(text()).toContain('All documents 2 of 5 documents');
  expect(get('[aria-current] .title').textContent.trim()).toBe('All documents');
  expect(get('.bar .title').textContent).toBe('All documents');
  expect(focused()).toBe('question');
  expect(get('#question', HTMLTextAreaElement).placeholder).toBe('Ask all documents');
});

test('a passage names its document, and a click opens it there', async () => {
  await openAll();
  await asked('Which ends in May?');
  expect(text()).toContain('Lease <b> · 6% into the text');
  expect(text()).toContain('Deed · 25% into the text');
  expect(root().querySelector('.source b')).toBeNull();
  expect(header()).toBe('Lease <b>'); // of the best
  expect(get('.bar .title').textContent).toBe('All documents · Lease <b>');
  expect(source()).toContain('One of 2 documents that are asked together');
  const lit = (): string[] => [...(CSS.highlights.get('longread-active') ?? [])].map(String);
  await vi.waitFor(() =>
    expect(lit().join(' ')).toBe(engine.text.slice(12_345, 12_890).replace(/\n\n/g, ' ')),
  );
  button('Show passage 2 in the text: Deed · 25% into the text').click();
  await vi.waitFor(() => expect(header()).toBe('Deed'));
  await vi.waitFor(() => expect(lit().join('')).toBe(engine.text.slice(45_000, 45_100).replace(/\n\n/g, '')));
  // No passage of the other document is lit in this one's text.
  expect(CSS.highlights.get('longread-passage')?.size ?? 0).toBe(0);
  expect(new Set(engine.calls.filter((call) => call.startsWith('text')))).toEqual(
    new Set(['text a', 'text b']),
  );
  expect(engine.calls.filter((call) => /^(?:ingest|open)/.test(call))).toEqual([]);
  // By keyboard: what is pressed goes, and the focus stays with the text.
  button('Show all').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(header()).toBe('All documents'));
  expect(focused()).toBe('source');
  button('Show the text of Deed').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(header()).toBe('Deed'));
  expect([focused(), get('#source').ariaLabel]).toEqual(['source', 'Text of Deed']);
  button(entry).click();
  await vi.waitFor(() => expect(header()).toBe('All documents'));
  expect(engine.calls.filter((call) => call.startsWith('together'))).toHaveLength(1);
});

test('a document is opened alone from there, and all again with what was asked of them', async () => {
  await openAll();
  await asked('Which ends in May?');
  button('Open Deed').click();
  await vi.waitFor(() => expect(engine.calls).toContain('close a b'));
  await ready();
  expect(text()).not.toContain('Which ends in May?');
  button(entry).click();
  await vi.waitFor(() => expect(engine.calls).toContain('close b'));
  await ready();
  expect(get('.asked').textContent).toBe('Which ends in May?');
  await asked('And in June?');
  expect(engine.histories.at(-1)).toHaveLength(1);
});

test('one that comes later is named, and among them when they are opened again', async () => {
  await openAll();
  engine.storeElsewhere('f');
  await vi.waitFor(() => expect(source()).toContain('f came later: choose All documents again'));
  button('Ask All documents, 3 of 6').click();
  await vi.waitFor(() => expect(source()).toContain('3 documents are asked as one'));
  expect(engine.calls).toContain('close a b');
});

test('one that is deleted leaves the others open; of two none is', async () => {
  engine.storeElsewhere('f');
  await ready();
  button('Ask All documents, 3 of 6').click();
  await vi.waitFor(() => expect(source()).toContain('3 documents are asked as one'));
  await asked('Which?');
  const remove = async (title: string): Promise<void> => {
    await openMenu(title);
    button(`Delete ${title}`).click();
    await vi.waitFor(() => expect(get('#delete-dialog', HTMLDialogElement).open).toBe(true));
    button('Delete').click();
  };
  await remove('f');
  await vi.waitFor(() => expect(source()).toContain('2 documents are asked as one'));
  await ready();
  // Nothing that was found in it is kept.
  expect(root().querySelector('.asked')).toBeNull();
  await remove('Deed');
  await vi.waitFor(() => expect(text()).toContain('Pick a document'));
  expect(root().querySelector('[aria-label^="Ask All"]')).toBeNull();
});

test('one that is renamed is named so in what is asked from then on', async () => {
  await openAll();
  for (const title of ['Deed', '<i>Deed</i>']) {
    await openMenu('Deed');
    button('Rename Deed').click();
    await vi.waitFor(() => expect(get('.renaming input', HTMLInputElement).value).toBe('Deed'));
    get('.renaming input', HTMLInputElement).value = title;
    get('.renaming', HTMLFormElement).requestSubmit();
    await ready();
  }
  await vi.waitFor(() => expect(source()).toContain('<i>Deed</i>'));
  await ready();
  expect(engine.calls).toEqual(['together a b', 'rename b', 'together a b', 'close a b']);
  await asked('Which?');
  expect(text()).toContain('<i>Deed</i> · 25% into the text');
});

test('on a narrow page the sheet goes from one document to the next', async () => {
  await page.viewport(390, 780);
  get('#library-button').click();
  await openAll();
  expect(get('#library').matches(':popover-open')).toBe(false);
  get('#tab-ask').click();
  await element.updateComplete;
  await asked('Which?');
  button('Show passage 1 in the text: Lease <b> · 6% into the text').click();
  const sheet = (): string => get('#sheet').textContent.replace(/\s+/g, ' ');
  await vi.waitFor(() => expect(sheet()).toContain('Passage 1 Lease <b> · 6% into the text'));
  button('Next passage').click();
  await vi.waitFor(() => expect(sheet()).toContain('Passage 2 Deed · 25% into the text'));
  button('Show in the text').click();
  await vi.waitFor(() => expect(get('#pane-text').checkVisibility()).toBe(true));
  expect(header()).toBe('Deed');
});

test('compact, they are asked too; by script as well, and what fails leaves what was open', async () => {
  element.layout = 'compact';
  await element.openTogether(['a', 'b']);
  await element.updateComplete;
  expect(text()).toContain('2 documents are asked as one');
  const answer = await element.ask('Which?');
  expect(answer?.evidence.map(({ document }) => document?.title)).toEqual(['Lease <b>', 'Deed']);
  await element.openTogether(['a', 'nowhere']);
  expect(get('.error').textContent).toContain('nowhere');
  expect(text()).toContain('2 documents are asked as one');
});
