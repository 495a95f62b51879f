// The page around the element says what its table says, and nothing else: with every message marked no other words are left.
import { LongReadElement } from '@longread/element';
import { FakeEngine, makeManifest, makeStoredModel } from '@longread/element/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App, type AppState } from './app.ts';
import { shell, type PageStrings } from './copy.ts';
import { choiceRecommended, type ModelChoice } from './model-choice.ts';
import { Notes } from './notes.ts';
import type { AppPart } from './part.ts';
import { exampleServer } from './server.ts';
import { Settings } from './settings.ts';
import { Welcome } from './welcome.ts';

const packaged: ModelChoice = {
  source: 'https://models.example/Tiny.gguf',
  name: 'Tiny',
  sizeBytes: 98.4e6,
  about: 'packaged',
};
const sample = {
  title: 'Moby-Dick, by Herman Melville',
  text: '/moby.txt',
  question: '',
  file: '',
  sizeBytes: 0,
  id: '',
  modelSha256: '',
};
const facts = {
  model: 'hf:owner/fits',
  name: 'Fitting',
  parameters: 1e9,
  licence: 'Free',
  goodAt: 'Being short',
  isMeasured: false,
  contextLength: 8192,
  fileBytes: 1e8,
  gpuBytes: 1e9,
  fits: true,
};
const tooLarge = {
  ...facts,
  model: 'hf:owner/large',
  name: 'Large',
  fits: false,
  reason: 'It is too large.',
};
const recommended = [facts, tooLarge].map(choiceRecommended);
/** What is no copy: names that come from elsewhere. */
const names = [
  packaged.name,
  ...recommended.map(({ name }) => name),
  facts.licence,
  facts.goodAt,
  'Middlemarch',
  'Own',
  'answers.example',
  exampleServer,
];
const kept = {
  models: [makeStoredModel('https://models.example/Own.gguf', { complete: false })],
  documents: [makeManifest('a', 'Middlemarch')],
  usage: { usedBytes: 1e9, quotaBytes: 2e9, persisted: true, documents: 1 },
  has: (model: unknown) => model === packaged.source,
} as unknown as NonNullable<AppState['kept']>;
const server = { url: 'https://answers.example/v1', model: 'Own', apiKey: '' };

let element: LongReadElement;
let app: App;
let parts: readonly AppPart[];
/** Keys that were asked for. */
let asked: Set<string>;
beforeEach(() => {
  element = new LongReadElement();
  app = new App(element, packaged, sample);
  parts = [new Welcome(app), new Notes(app), new Settings(app)];
  document.body.replaceChildren(element, ...parts);
  asked = new Set();
});
afterEach(() => document.body.replaceChildren());

/** Every message is its key in brackets, with its values lost. */
function mark(): void {
  element.strings = new Proxy<PageStrings>(
    {},
    {
      get: (_, key) => {
        asked.add(String(key));
        return `⟦${String(key)}⟧`;
      },
    },
  );
}

async function show(change: Partial<AppState>): Promise<void> {
  app.state = { ...app.state, ...change };
  app.dispatchEvent(new Event('change'));
  await Promise.all(parts.map((part) => part.updateComplete));
}

/** All that is read or read out, but for small print. */
function seen(): readonly string[] {
  return parts.flatMap(({ renderRoot }) => {
    const all = [...renderRoot.querySelectorAll('*:not(style, code)')];
    const texts = all.flatMap(({ childNodes }) =>
      [...childNodes].filter((node) => node instanceof Text).map(({ data }) => data.trim()),
    );
    const attributes = ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'];
    return [...texts, ...all.flatMap((each) => attributes.map((name) => each.getAttribute(name) ?? ''))];
  });
}

function unmarked(): readonly string[] {
  return seen()
    .map((text) => text.replace(/⟦.*?⟧|\d[\d.,]* [kMG]B/g, '')) // units are Intl's
    .map((text) => names.reduce((left, name) => left.replaceAll(name, ''), text))
    .filter((text) => /\p{L}/u.test(text));
}

function inSettings(selector: string): HTMLElement;
function inSettings<E extends Element>(selector: string, type: abstract new () => E): E;
function inSettings(selector: string, type: abstract new () => Element = HTMLElement): Element {
  const found = parts[2]?.renderRoot.querySelector(selector);
  return found instanceof type ? found : expect.fail(`no ${selector}`);
}

/** Waits until this is told; what is kept may be looked at before. */
const hear = (told: string) =>
  vi.waitFor(() => expect(inSettings('.told').textContent).toBe(told), { timeout: 20_000 });

/** Types into a form of the settings and sends it; resolves when this message is told. */
async function send(field: string, typed: Readonly<Record<string, string>>, told: string): Promise<void> {
  const form = inSettings(`[name=${field}]`, HTMLInputElement).form ?? expect.fail('no form');
  for (const [name, value] of Object.entries(typed))
    (form.elements.namedItem(name) as HTMLInputElement).value = value;
  form.requestSubmit();
  await hear(`⟦${told}⟧`);
}

test('every word is of the table, and every entry of the table is said', async () => {
  mark();
  await element.updateComplete;
  const engine = new FakeEngine();
  const states: Partial<AppState>[] = [
    {},
    { waiting: 'Middlemarch' },
    { step: 'asking', waiting: '', useNewer: () => undefined },
    { kept, server, recommended },
    { kept: undefined, server: undefined, model: { ...packaged, sizeBytes: 0 } },
    { step: 'loading', waiting: 'Middlemarch', model: packaged },
    { step: 'loading', waiting: '' },
    { step: 'unable', unable: { code: 'WebGpuUnavailable', message: '', details: { api: 'navigator.gpu' } } },
    { waiting: 'Middlemarch' },
    { step: 'ready', kept: { ...kept, usage: { ...kept.usage, quotaBytes: 0, persisted: false } } },
    { kept },
  ];
  for (const state of states) {
    await show(state);
    expect(unmarked(), Object.keys(state).join()).toEqual([]);
    app.engine = engine;
  }
  for (const [typed, told] of [
    ['', 'typeModel'],
    ['no address', 'noAddress'],
    ['http://models.example/a.gguf', 'httpsModel'],
  ] as const)
    await send('typed', { typed }, told);
  engine.plan = () => Promise.resolve({ fits: false, name: 'Own' } as never);
  await send('typed', { typed: 'owner/name' }, 'doesNotFit');
  const looking = Promise.withResolvers<never>();
  engine.plan = () => looking.promise;
  await send('typed', { typed: 'owner/name' }, 'lookingAt');
  looking.resolve({ fits: true, name: 'Own', fetchBytes: 1e9 } as never);
  await hear('');
  for (const [address, model, told] of [
    ['', '', 'typeServer'],
    ['http://answers.example', '', 'httpsServer'],
    ['https://me:key@answers.example', '', 'noNameInAddress'],
    ['https://answers.example', ' ', 'typeServerModel'],
    ['https://answers.example', 'Own', 'writtenBy'],
  ] as const)
    await send('address', { address, 'server-model': model }, told);
  inSettings('.danger').click();
  await hear('⟦deletedModel⟧');
  const input = inSettings('#import', HTMLInputElement);
  const data = new DataTransfer();
  data.items.add(new File(['exported'], 'Middlemarch.longread'));
  input.files = data.files;
  input.dispatchEvent(new Event('change'));
  await hear('⟦importedAs⟧');
  expect(unmarked()).toEqual([]);
  expect(Object.keys(shell).filter((key) => !asked.has(key))).toEqual([]);
});

test('another language and its way to write numbers are taken at once', async () => {
  await show({ step: 'asking' });
  expect(seen().join()).toContain('Needs the reading model (Tiny): 98.4 MB, once.');
  element.setAttribute('lang', 'de');
  const strings: PageStrings = {
    trySample: '{title} ausprobieren',
    needsModelOf: 'Braucht das Lesemodell ({model}): einmal {size}.',
  };
  element.strings = strings;
  await element.updateComplete;
  await Promise.all(parts.map((part) => part.updateComplete));
  expect(seen()).toContain('Moby-Dick ausprobieren');
  expect(seen().join()).toContain('Braucht das Lesemodell (Tiny): einmal 98,4 MB.');
});
