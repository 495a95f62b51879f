// A book that was asked, on a page that has a <long-read>: for pictures of it, with an engine that needs no model.
import { aboutAnswers } from '../copy/about-answers.ts';
import { failures } from '../copy/failures.ts';
import { kept } from '../copy/kept.ts';
import { english } from '../strings.ts';
import { FakeEngine } from './fake-engine.ts';
import { makeManifest } from './stored.ts';

export { FakeEngine };
export { makeManifest, makeStoredModel } from './stored.ts';
export { Words } from '../words.ts';

/** All that the element says. */
export const copyOfElement = { ...english, ...failures, ...kept, ...aboutAnswers };

export interface Scene {
  readonly title: string;
  readonly text: string;
  readonly question: string;
  /** Beginnings of its passages in the text, best first; each ends with its sentence. */
  readonly passages: readonly string[];
  /** What else is in the library. */
  readonly shelf: readonly (readonly [title: string, megabytes: number])[];
  readonly answer: string;
}

/** Where more was gathered, as shares of the text. */
const elsewhere = [0.31, 0.52, 0.53, 0.88];

/** Scores of so many stretches: a murmur, and what stands at these places (shares of the text). */
function curveWith(places: readonly number[], count = 256) {
  const murmur = Array.from(
    { length: count },
    (_, at) => 40 + 22 * Math.sin(at * 1.7) + 18 * Math.sin(at * 0.37),
  );
  places.forEach((place, index) => (murmur[Math.floor(place * count)] = 255 - 30 * index));
  return { lowest: 0.4, highest: 3, levels: murmur.map((level) => Math.round(Math.max(0, level))) };
}

/** Opens the book and asks; resolves when all of it is in the page. */
export async function show({ title, text, question, passages, shelf, answer }: Scene): Promise<void> {
  const engine = new FakeEngine();
  const info = await engine.info();
  engine.info = () => Promise.resolve({ ...info, model: 'SmolLM2 135M' });
  engine.text = text;
  engine.pieces = [answer.slice(0, 4), answer.slice(4)];
  engine.evidence = passages.map((begin, index) => {
    const start = text.indexOf(begin);
    const end = text.indexOf('. ', start) + 1;
    if (start < 0) throw new Error(`No sentence begins with “${begin}”.`);
    const heading = /^CHAPTER .*(?=\.$)/gm[Symbol.matchAll](text.slice(0, start));
    const place = { fraction: start / text.length, heading: [...heading].at(-1)?.[0] ?? '' };
    return { start, end, score: 3 - index, place, text: text.slice(start, end) };
  });
  const others = elsewhere.map((at) => ({ start: at * text.length, end: at * text.length + 300 }));
  engine.gathered = [...engine.evidence, ...others].sort((a, b) => a.start - b.start);
  engine.curve = curveWith([...engine.evidence.map(({ start }) => start / text.length), ...elsewhere]);
  engine.stored = shelf.map(([name, size]) => makeManifest(name, name, { sizeBytes: size * 1e6 }));
  const element = document.querySelector('long-read');
  if (!element) throw new Error('There is no <long-read> on the page.');
  const isReady = new Promise((resolve) => {
    element.addEventListener('longread-ready', resolve, { once: true });
  });
  element.engine = engine;
  await isReady;
  await element.read(text, title);
  await element.ask(question);
  await element.updateComplete;
}
