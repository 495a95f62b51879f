// <long-read> in a real browser with a fake engine: questions, answers and failures.
import { userEvent } from 'vitest/browser';
import { describe, expect, test, vi } from 'vitest';
import { typedError } from './session/state.ts';
import { evidence } from './testing/fake-facts.ts';
import { ask, button, element, engine, focused, get, mountForEachTest } from './testing/harness.ts';
import { nextEvent, openBook, pick, ready, root, text } from './testing/harness.ts';

mountForEachTest();

describe('questions', () => {
  test('Enter asks, Shift+Enter does not; the passages come first, then the answer in pieces', async () => {
    await openBook();
    const found = nextEvent('longread-evidence');
    engine.isHolding = true;
    get('#question', HTMLTextAreaElement).focus();
    await userEvent.keyboard('Who{Shift>}{Enter}{/Shift}is it?{Enter}');
    await vi.waitFor(() => expect(get('.text').textContent).toBe('Captain '));
    expect(engine.calls).toContain('ask Who\nis it?');
    expect(get('#question', HTMLTextAreaElement).value).toBe('');
    expect(get('.thread').getAttribute('aria-busy')).toBe('true');
    expect(await found).toEqual(evidence);
    expect(root().querySelectorAll('.passages li')).toHaveLength(2);
    expect(root().querySelector('[part=stats]')).toBeNull();
    expect(get('[role=status]').textContent).toContain('2 passages were found; the answer is being written');
    const event = nextEvent('longread-answer');
    engine.release();
    expect(await event).toMatchObject({ text: 'Captain Ahab, of the <b>Pequod</b>.' });
    await ready();
    expect(get('.thread').getAttribute('aria-busy')).toBe('false');
    expect(root().querySelectorAll('.passages li')).toHaveLength(2);
    expect(text()).toContain('6% into the text');
    get('.about', HTMLDetailsElement).open = true;
    await vi.waitFor(() => get('[part=stats]'));
    expect(get('[part=stats]').textContent.replace(/\s+/g, ' ')).toContain('1,024 tokens Written 9 tokens');
    const chart = get('.memory-chart');
    expect(chart.ariaLabel).toBe(
      'GPU memory: Looking for passages 330 MB, Reading the passages again 400 MB, Writing the answer 390 MB',
    );
    const canvas = await vi.waitFor(() => chart.querySelector('canvas') ?? expect.fail('nothing drawn'));
    expect(canvas.clientWidth).toBe(chart.clientWidth);
    const [drawn, box] = [canvas, chart].map((each) => each.getBoundingClientRect());
    expect([drawn?.top, drawn?.bottom]).toEqual([box?.top, box?.bottom]); // not over what follows
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    expect(pixels.some((value) => value > 0)).toBe(true);
    expect(get('[part=stats] tbody tr:first-child').textContent).toContain('330 MB');
    await element.updateComplete;
    element.requestUpdate();
    await element.updateComplete;
    expect(chart.querySelector('canvas')).toBe(canvas); // drawn once
  });

  test('passages beyond the best three are folded, all in the order of the text', async () => {
    const passage = (start: number) => ({
      ...{ start, end: start + 9, score: 0, text: `from ${start}` },
      place: { fraction: start / 180_000 },
    });
    engine.evidence = [170_000, 900, 90_000, 45_000, 10].map(passage);
    await openBook();
    await ask('Where?');
    await ready();
    const places = (list: Element) => [...list.querySelectorAll('li p')].map((p) => p.textContent);
    const [shown, folded] = root().querySelectorAll('.passages ol');
    if (!shown || !folded) throw new Error('no lists');
    expect(places(shown)).toEqual(['At the beginning', '50% into the text', '94% into the text']);
    expect(places(folded)).toEqual(['At the beginning', '25% into the text']);
    const details = folded.closest('details');
    expect(details?.open).toBe(false);
    expect(details?.querySelector('summary')?.textContent).toBe('2 more');
  });

  test('a passage tells its file, heading and page as the document names them, as text', async () => {
    const place = {
      fraction: 0.5,
      file: 'a.pdf',
      heading: '<img src=x onerror="window.pwned = true">',
      page: '41',
    };
    engine.evidence = [{ start: 10, end: 19, score: 1, text: 'Here.', place }];
    await openBook();
    await ask('Where?');
    await ready();
    expect(get('.passages li p').textContent).toBe(
      'a.pdf · <img src=x onerror="window.pwned = true"> · p. 41',
    );
    expect(root().querySelector('.passages img')).toBeNull();
  });

  test('questions asked before stay above it, and go with the document', async () => {
    await openBook();
    for (const question of ['One?', 'Two?', 'Three?']) {
      await ask(question);
      await ready();
    }
    const asked = () => [...root().querySelectorAll('.asked')].map((heading) => heading.textContent);
    expect(asked()).toEqual(['One?', 'Two?', 'Three?']);
    expect(engine.histories.map((turns) => turns.length)).toEqual([0, 1, 2]);
    expect(engine.histories[2]?.[1]).toEqual({
      question: 'Two?',
      answer: 'Captain Ahab, of the <b>Pequod</b>.',
    });
    pick('other.txt');
    await vi.waitFor(() => expect(get('.document h2').textContent).toBe('other.txt'));
    expect(asked()).toEqual([]);
  });

  test('a file that cannot be read leaves the open document and its answers as they are', async () => {
    await openBook();
    await ask('Who?');
    await ready();
    const title = get('.document h2').textContent;
    engine.failure = typedError('InvalidInput', 'it is a picture.');
    pick('photo.txt');
    await vi.waitFor(() => expect(get('[role=alert]').textContent).toContain('photo.txt: it is a picture.'));
    await ready();
    expect(get('.document h2').textContent).toBe(title);
    expect(get('.exchange:last-of-type .text').textContent).toBe('Captain Ahab 1, of the <b>Pequod</b>.');
    expect(engine.calls.filter((call) => call.startsWith('close'))).toEqual([]);
    await ask('And then?');
    await ready();
    expect(engine.calls.at(-1)).toContain('And then?');
  });

  test('markup in titles, answers, passages and errors stays text', async () => {
    const title = '<img src=x onerror="window.pwned = true">.txt';
    element.engine = engine;
    await ready();
    pick(title);
    await vi.waitFor(() => expect(get('.document h2').textContent).toBe(title));
    await ready();
    await ask('Who?');
    await vi.waitFor(() =>
      expect(get('.exchange:last-of-type .text').textContent).toBe('Captain Ahab 1, of the <b>Pequod</b>.'),
    );
    expect(root().querySelectorAll('blockquote')[1]?.textContent).toBe(evidence[1]?.text);
    await ready();
    engine.failure = typedError('Integrity', title);
    await ask('Once more?');
    await vi.waitFor(() => expect(get('[role=alert]').textContent).toContain(title));
    expect(root().querySelector('img, script, b')).toBeNull();
    expect(Reflect.has(window, 'pwned')).toBe(false);
  });

  test('what the text does not say is said so, in words of the element, beside what the model wrote', async () => {
    engine.support = { verdict: 'nothing', words: 0, match: 1 };
    await openBook();
    await ask('Who?');
    await ready();
    expect(get('[part=says-nothing]').textContent).toBe('Nothing in the text says this.');
    expect(get('[part~=text]').textContent).toContain('Captain Ahab');
    engine.support = { verdict: 'found', words: 1, match: 9 };
    await ask('And then?');
    await ready();
    expect(root().querySelectorAll('[part=says-nothing]')).toHaveLength(1);
  });

  test('what the model thought first stands folded behind its answer, as text', async () => {
    engine.thought = 'Ahab, <b>surely</b>.';
    await openBook();
    await ask('Who?');
    await ready();
    expect(get('[part~=text]').textContent).not.toContain('surely');
    get('.about', HTMLDetailsElement).open = true;
    const thought = await vi.waitFor(() => get('.thought'));
    expect(thought.closest('details')?.open).toBe(false);
    expect(thought.textContent).toBe('Ahab, <b>surely</b>.');
  });

  test('the same question is asked by another way, and both answers stand beside each other', async () => {
    await openBook();
    await element.ask('Who?');
    await element.updateComplete;
    expect(root().querySelector('.compare')).toBeNull();
    get('.about', HTMLDetailsElement).open = true;
    await vi.waitFor(() => get('.compare'));
    const way = get('.compare select', HTMLSelectElement);
    expect([...way.options].map(({ value }) => value)).not.toContain('reform');
    way.value = 'bm25';
    engine.evidence = [];
    button('Ask and compare').click();
    await vi.waitFor(() => expect(get('[role=status]').textContent).toBe('Both answers are there.'));
    await ready();
    const sides = [...root().querySelectorAll('.beside section')].map((side) => side.textContent);
    expect(sides).toHaveLength(2);
    expect(sides[0]).toMatch(
      /\(reform\)[^]*5\.4 sec · 9 tokens[^]*Captain Ahab, of the <b>Pequod<\/b>\.[^]*quarter-deck/,
    );
    expect(sides[1]).toMatch(/\(bm25\)[^]*No passage was found/);
    expect(engine.histories).toEqual([[], []]); // neither knows of the other
    expect(get('.about', HTMLDetailsElement).open).toBe(true);

    way.value = 'full';
    engine.failure = typedError('LimitExceeded', 'It has 40,960 tokens; the window has 8,192.');
    button('Ask and compare').click();
    await vi.waitFor(() => expect(get('[role=alert]').textContent).toContain('the window has 8,192'));
    await ready();
    expect(get('.beside section:last-child').textContent).toContain('(bm25)');
  });

  test('a cancelled answer keeps what was written; an empty question is not asked', async () => {
    await openBook();
    await ask('  ');
    engine.isHolding = true;
    await ask('Who?');
    await vi.waitFor(() => expect(get('.exchange:last-of-type .text').textContent).toBe('Captain '));
    button('Stop').click();
    await vi.waitFor(() => expect(text()).toContain('Stopped before its end'));
    expect(engine.calls.filter((call) => call.startsWith('ask'))).toHaveLength(1);
    expect(get('.exchange:last-of-type .text').textContent).toBe('Captain ');
    expect(get('[role=alert]').textContent.trim()).toBe('');
  });

  test('a failure is an alert with its code, an event, and goes away when dismissed', async () => {
    await openBook();
    engine.failure = typedError('LimitExceeded', 'The question has 9,000 tokens and the window 8,192.');
    const event = nextEvent('longread-error');
    await ask('Who?');
    expect(await event).toEqual({
      code: 'LimitExceeded',
      message: 'The question has 9,000 tokens and the window 8,192.',
    });
    await ready();
    expect(get('[role=alert]').textContent).toMatch(/The question has 9,000 tokens.*\s+LimitExceeded/);
    button('Dismiss').focus();
    button('Dismiss').click();
    await element.updateComplete;
    expect(get('[role=alert]').textContent.trim()).toBe('');
    expect(focused()).toBe('question');
    engine.failure = new Error('a bug');
    await ask('Who?');
    await vi.waitFor(() => expect(get('[role=alert]').textContent).toContain('Unexpected'));
  });
});
