// The layouts of <long-read> at all widths: what is shown can be reached and pressed, and nothing runs past an edge.
import { page, userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LongReadElement } from './index.ts';
import { typedError } from './session/state.ts';
import { FakeEngine } from './testing/fake-engine.ts';
import { makeManifest } from './testing/stored.ts';
import { button, element, engine, get, mountForEachTest } from './testing/harness.ts';
import { focused, openBook, openMenu, ready, root, text } from './testing/harness.ts';

mountForEachTest();

const widths = [1440, 900, 390] as const;

beforeEach(async () => {
  document.body.style.margin = '0';
  await page.viewport(1440, 900);
  element.layout = 'full';
});
afterEach(() => {
  document.documentElement.removeAttribute('dir');
  document.body.style.removeProperty('margin');
});

/** What a finger or a mouse can press, as it is on the page now. */
function targets(): HTMLElement[] {
  const all = root().querySelectorAll<HTMLElement>(
    'button, label.button, summary, textarea, input[type=search]',
  );
  return [...all].filter((each) => each.checkVisibility({ visibilityProperty: true }));
}

/** Targets that something else lies over, or that are too small. */
function unreachable(): string[] {
  return targets().flatMap((target) => {
    target.scrollIntoView({ block: 'nearest' });
    const { left, top, width, height } = target.getBoundingClientRect();
    const hit = root().elementFromPoint(left + width / 2, top + height / 2);
    const isHit = hit !== null && (target.contains(hit) || hit === target);
    return isHit && height >= 22 && width >= 22
      ? []
      : [`${target.outerHTML} is ${hit?.outerHTML ?? 'nothing'}`];
  });
}

/** Boxes that are wider inside than outside. */
function overflowing(): string[] {
  const page = document.documentElement;
  const boxes = [
    ...root().querySelectorAll<HTMLElement>('.panes, .panes > *, .thread, .source, .bar, .messages'),
  ];
  const wide = [page, element, ...boxes].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  return wide.map((box) => `${box.className || box.localName}: ${box.scrollWidth} in ${box.clientWidth}`);
}

describe.for(widths)('at %i px', (width) => {
  beforeEach(() => page.viewport(width, 800));

  test('every button is what is at its place, from the first view to an error', async () => {
    const made = Promise.withResolvers<FakeEngine>();
    element.engineFactory = ({ onProgress }) => {
      onProgress?.({ phase: 'tune', done: 1, total: 9, unit: 'cases' });
      return made.promise;
    };
    await element.updateComplete;
    expect(unreachable()).toEqual([]);
    element.model = '/model.gguf';
    await vi.waitFor(() => button('Skip tuning'));
    expect(unreachable()).toEqual([]);
    engine.stored = [makeManifest('a', 'Moby Dick'), makeManifest('b', 'Emma', { state: 'reading' })];
    made.resolve(engine);
    await ready();
    expect(unreachable()).toEqual([]);
    await element.open('a');
    await element.ask('Who?');
    await element.updateComplete;
    expect(unreachable()).toEqual([]);
    engine.failure = typedError('DeviceLost', 'The GPU went away.');
    await element.ask('Who?');
    await vi.waitFor(() => get('.error'));
    expect(unreachable()).toEqual([]);
    expect(targets().length).toBeGreaterThan(8);
  });

  test('the page does not scroll, the panes do', async () => {
    await openBook();
    for (const question of ['One?', 'Two?', 'Three?', 'Four?']) await element.ask(question);
    await element.updateComplete;
    const { scrollHeight, clientHeight } = document.documentElement;
    expect(scrollHeight).toBe(clientHeight);
    const thread = get('.thread');
    expect(thread.scrollHeight).toBeGreaterThan(thread.clientHeight);
    expect(get('.composer').getBoundingClientRect().bottom).toBeLessThanOrEqual(800);
  });
});

test.for(['ltr', 'rtl'])('nothing runs past an edge from 320 to 1920 px, %s', async (dir) => {
  document.documentElement.dir = dir;
  const long = 'Donaudampfschifffahrtsgesellschaft'.repeat(8);
  engine.stored = [
    makeManifest('a', long),
    makeManifest('b', long),
    makeManifest('c', long, { state: 'reading' }),
  ];
  engine.evidence = [{ start: 10, end: 500, score: 1, place: { fraction: 0 }, text: long }];
  engine.notes = [long];
  element.engine = engine;
  await ready();
  for (const layout of ['full', 'compact'] as const) {
    element.layout = layout;
    for (const state of ['welcome', 'menu', 'together', 'among', 'answer', 'error'] as const) {
      if (state === 'menu') get('[aria-expanded=false]').click();
      if (state === 'together') await element.openTogether(['a', 'b']);
      if (state === 'among') await element.ask(long);
      if (state === 'answer') await element.open('a').then(() => element.ask(long));
      if (state === 'error') {
        engine.failure = typedError('InvalidInput', long);
        await element.ask('Who?');
      }
      for (const width of [320, 390, 600, 719, 720, 900, 1099, 1100, 1440, 1920]) {
        await page.viewport(width, 800);
        await element.updateComplete;
        expect([layout, state, width, ...overflowing()]).toEqual([layout, state, width]);
      }
    }
  }
});

test('from right to left the library is at the right', async () => {
  document.documentElement.dir = 'rtl';
  await openBook();
  const left = (selector: string): number => get(selector).getBoundingClientRect().left;
  expect(left('.library-pane')).toBeGreaterThan(left('.source-pane'));
  expect(left('.source-pane')).toBeGreaterThan(left('.ask-pane'));
});

test('on a narrow page tabs change between text and questions, by arrow keys too', async () => {
  await page.viewport(390, 800);
  await openBook();
  expect(get('#pane-text').checkVisibility()).toBe(false);
  get('#tab-ask').focus();
  await userEvent.keyboard('{ArrowLeft}');
  expect(focused()).toBe('tab-text');
  await element.updateComplete;
  expect(get('#tab-text').ariaSelected).toBe('true');
  expect(get('#pane-text').checkVisibility()).toBe(true);
  expect(get('#pane-ask').checkVisibility()).toBe(false);
  await userEvent.keyboard('{End}');
  await element.updateComplete;
  expect(get('#pane-ask').checkVisibility()).toBe(true);
});

test('the library is a drawer that Escape closes and that goes when a document is opened', async () => {
  await page.viewport(900, 800);
  engine.stored = [makeManifest('a', 'Moby Dick')];
  element.engine = engine;
  await ready();
  expect(get('#library').checkVisibility()).toBe(false);
  get('#library-button').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(get('#library').checkVisibility()).toBe(true));
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(get('#library').checkVisibility()).toBe(false));
  expect(focused()).toBe('library-button');
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(get('#library').checkVisibility()).toBe(true));
  button('Open Moby Dick').click();
  await vi.waitFor(() => expect(get('#library').checkVisibility()).toBe(false));
});

test('the strip shows what was read again and the passages, and its arrows go from place to place', async () => {
  await openBook();
  const strip = get('#strip');
  expect(strip.ariaValueText).toContain('Nothing was gathered yet');
  await element.ask('Who?');
  await element.updateComplete;
  const tops = (name: string) =>
    [...strip.querySelectorAll(name)].map((bar) => Number(bar.getAttribute('y')));
  expect(tops('.gathered')).toHaveLength(4);
  const scores = get('#strip .scores', SVGElement);
  const { right, height } = scores.getBoundingClientRect();
  const { clientHeight } = strip;
  expect(right).toBeLessThanOrEqual(strip.getBoundingClientRect().right);
  expect(Math.round(height)).toBe(clientHeight); // of the whole text
  const [first] = strip.querySelectorAll('path, rect');
  expect(first).toBe(scores); // behind the marks
  expect(strip.ariaDescription).toContain('Highest score: 18% into the text'); // second of eight stretches
  expect(tops('.passage').map(Math.round)).toEqual([69, 250]); // 12,345 and 45,000 of 180,000 characters
  expect(strip.ariaValueText).toBe('Passage 1, 6% into the text. 4 places were read again');
  strip.focus();
  const heard: string[] = [];
  for (const key of ['{ArrowDown}', '{ArrowDown}', '{ArrowDown}', '{ArrowUp}', '{Home}', '{End}']) {
    await userEvent.keyboard(key);
    await element.updateComplete;
    heard.push(`${strip.ariaValueNow} ${strip.ariaValueText?.split('. ')[0]}`);
  }
  expect(heard).toEqual([
    '25 Passage 2, 25% into the text',
    '67 66% into the text',
    '67 66% into the text',
    '25 Passage 2, 25% into the text',
    '0 At the beginning',
    '100 100% into the text',
  ]);
  expect(focused()).toBe('strip');
  await vi.waitFor(() => expect(get('#source').scrollTop).toBeGreaterThan(1000));
});

test('a citation in an answer is no higher than its line', async () => {
  engine.pieces = ['Captain Ahab stood ', 'upon his quarter-deck, it says.'];
  await openBook();
  await element.ask('Who?');
  await element.updateComplete;
  const { width, height } = get('button.cite').getBoundingClientRect();
  expect(Math.max(width, height)).toBeLessThanOrEqual(27); // a line's
});

test('two elements on a page keep to themselves', async () => {
  const other = new LongReadElement();
  const otherEngine = new FakeEngine();
  document.body.append(other);
  await openBook();
  other.engine = otherEngine;
  await vi.waitFor(() => expect(other.phase).toBe('ready'));
  await other.read('A text.', 'Other');
  await Promise.all([element.ask('Mine?'), other.ask('Yours?')]);
  expect(engine.calls.filter((call) => call.startsWith('ask'))).toEqual(['ask Mine?']);
  expect(otherEngine.calls.filter((call) => call.startsWith('ask'))).toEqual(['ask Yours?']);
  other.remove();
  await vi.waitFor(() => expect(otherEngine.calls).toContain('close id-0'));
  expect(engine.calls).not.toContain('close id-0');
  expect(text()).toContain('Mine?');
});

test('documents are searched, exported, and imported from a file', async () => {
  engine.stored = ['Moby Dick', 'Emma', 'Persuasion', 'Lease', 'Ulysses', 'Dracula'].map((title) =>
    makeManifest(title, title),
  );
  element.engine = engine;
  await ready();
  get('#search').focus();
  await userEvent.keyboard('dra');
  await element.updateComplete;
  expect([...root().querySelectorAll('.item .title')].map((title) => title.textContent.trim())).toEqual([
    'Dracula',
  ]);
  await openMenu('Dracula');
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  button('Export').click();
  await vi.waitFor(() => expect(get('[role=status]').textContent).toBe('Exported Dracula.'));
  expect((saved.mock.contexts[0] as HTMLAnchorElement).download).toBe('Dracula.longread');
  const input = get('#import-file', HTMLInputElement);
  const data = new DataTransfer();
  data.items.add(new File(['x'], 'Walden.longread'));
  input.files = data.files;
  await ready();
  input.dispatchEvent(new Event('change'));
  await vi.waitFor(() => expect(get('[role=status]').textContent).toBe('Imported Walden.'));
});
