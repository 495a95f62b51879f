// The text that elements of a page or of a document make: spaces as they are shown, an empty line between paragraphs, and where headings and
// other marks stand in it.
import { labelOf, type Place } from '@longread/core';
import { checkLimit, limits } from '../limits.ts';

/** Breaks that wait for the next text: none, a space, a line, an empty line. */
type Break = 0 | 1 | 2 | 3;
const breaks = ['', ' ', '\n', '\n\n'] as const;

export class TextBuilder {
  readonly #name: string;
  readonly #parts: string[] = [];
  readonly #places: Place[] = [];
  #length = 0;
  #pending: Break = 0;
  #heading: { readonly level: number; start: number | undefined; words: string } | undefined;
  /** Marks that wait for the next text. */
  #waiting: ((start: number) => void)[] = [];

  /** @param name of the file, for errors. */
  constructor(name: string) {
    this.#name = name;
  }

  /** UTF-16 code units so far, without breaks that wait. */
  get length(): number {
    return this.#length;
  }

  /** Text whose white space is one space each. */
  flow(text: string): void {
    const words = text.replace(/[\t\n\f\r ]+/g, ' ');
    if (words.startsWith(' ')) this.#break(1);
    const inner = words.trim() === '' ? words.replace(/ /g, '') : words.replace(/^ | $/g, '');
    this.#append(inner);
    if (inner !== '' && words.endsWith(' ')) this.#break(1);
  }

  /** Text as it is. */
  verbatim(text: string): void {
    this.#append(text.replace(/\r\n?/g, '\n'));
  }

  space(): void {
    this.#break(1);
  }

  line(): void {
    this.#break(2);
  }

  paragraph(): void {
    this.#break(3);
  }

  /** What comes until `endHeading` is one. */
  startHeading(level: number): void {
    this.endHeading();
    this.paragraph();
    this.#heading = { level, start: undefined, words: '' };
  }

  endHeading(): void {
    const heading = this.#heading;
    this.#heading = undefined;
    if (heading?.start === undefined) return;
    const label = labelOf(heading.words);
    if (label !== '')
      this.#places.push({ start: heading.start, kind: 'heading', label, level: heading.level });
    this.paragraph();
  }

  /** Calls `place` with where the next text starts; at the end with the length. */
  mark(place: (start: number) => void): void {
    this.#waiting.push(place);
  }

  /** The text and its headings, in order. Nothing may be added any more. */
  end(): { readonly text: string; readonly outline: readonly Place[] } {
    this.endHeading();
    for (const place of this.#waiting) place(this.#length);
    return { text: this.#parts.join(''), outline: this.#places };
  }

  #break(wanted: Break): void {
    if (wanted > this.#pending) this.#pending = wanted;
  }

  #append(text: string): void {
    if (text === '') return;
    const between = this.#length === 0 ? '' : breaks[this.#pending];
    this.#pending = 0;
    this.#length += between.length;
    for (const place of this.#waiting) place(this.#length);
    this.#waiting = [];
    if (this.#heading) {
      const heading = this.#heading;
      if (text.trim() !== '') heading.start ??= this.#length + text.length - text.trimStart().length;
      if (heading.words.length < 1000) heading.words += between + text;
    }
    this.#parts.push(between, text);
    this.#length += text.length;
    checkLimit(
      `${this.#name} holds too much text, in characters`,
      this.#length,
      limits.textChars,
      'Split it first.',
    );
  }
}
