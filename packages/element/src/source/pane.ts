// The pane of the source's text: shows a text, lights passages in it, and scrolls to them. It owns the children of its box.
import { Blocks, type Shown } from './blocks.ts';
import { createPainter, type Lit } from './highlights.ts';
import type { TextSource } from './text-source.ts';

export class SourcePane {
  readonly #painter = createPainter();
  readonly #onFailed: (error: unknown) => void;
  #text: TextSource | undefined;
  #blocks: Blocks | undefined;
  #box: HTMLElement | undefined;
  #passages: readonly Lit[] = [];
  #revealed = ''; // what was scrolled to last

  constructor(onFailed: (error: unknown) => void) {
    this.#onFailed = onFailed;
  }

  /** Shows the text in `box`, which is in `scroller`; without a text or a box, nothing. */
  show(text: TextSource | undefined, scroller: HTMLElement | null, box: HTMLElement | null): void {
    if (text === this.#text && (box ?? undefined) === this.#box) return;
    this.dispose();
    if (!text || !scroller || !box) return;
    this.#text = text;
    this.#box = box;
    scroller.scrollTop = 0;
    this.#blocks = new Blocks(text, scroller, box, () => this.#paint(), this.#onFailed);
  }

  /** Lights these passages; scrolls to the active one when it is another than before. */
  light(passages: readonly Lit[]): void {
    const isSame =
      passages.length === this.#passages.length &&
      passages.every((passage, index) => sameLit(passage, this.#passages[index]));
    if (!isSame) {
      this.#passages = passages;
      this.#paint();
    }
    const active = passages.find(({ isActive }) => isActive);
    const key = active ? `${active.start}-${active.end}` : '';
    // Behind a tab nothing can be scrolled: it is done when the text is shown.
    if (key === this.#revealed || !(this.#box?.checkVisibility() ?? false)) return;
    this.#revealed = key;
    if (active) void this.reveal(active);
  }

  /** Scrolls to a passage, once more when it was scrolled to before. */
  async reveal({ start, end }: Pick<Lit, 'start' | 'end'>): Promise<void> {
    const blocks = this.#blocks;
    await blocks?.fill(start, end);
    if (blocks !== this.#blocks) return;
    // Behind the last paragraph there may be blank lines.
    const first = blocks?.shown.find((paragraph) => paragraph.end > start) ?? blocks?.shown.at(-1);
    if (first) centre(first, start);
  }

  /** Scrolls to a place, 0 to 1 of the text. */
  async revealPlace(fraction: number): Promise<void> {
    const numChars = this.#text?.numChars ?? 0;
    const char = Math.max(0, Math.min(numChars - 1, Math.floor(fraction * numChars)));
    await this.reveal({ start: char, end: char });
  }

  /** The active passage is scrolled to once more when the text is drawn next. */
  forgetPlace(): void {
    this.#revealed = '';
  }

  dispose(): void {
    this.#painter.clear();
    this.#blocks?.dispose();
    this.#box?.replaceChildren();
    this.#text = this.#blocks = this.#box = undefined;
    this.#passages = [];
    this.#revealed = '';
  }

  #paint(): void {
    this.#painter.paint(this.#blocks?.shown ?? [], this.#passages);
  }
}

function sameLit(a: Lit, b: Lit | undefined): boolean {
  return a.start === b?.start && a.end === b.end && a.isActive === b.isActive;
}

/** Scrolls so that the line of a character stands in the upper half: long paragraphs are higher than the pane. */
function centre({ element, start }: Shown, char: number): void {
  element.scrollIntoView({ block: 'start' });
  const scroller = element.closest<HTMLElement>('.source');
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = Math.max(0, char - start);
  for (let node = walker.nextNode(); node && scroller; node = walker.nextNode()) {
    const { length } = node as Text;
    if (left >= length) {
      left -= length;
      continue;
    }
    const range = document.createRange();
    range.setStart(node, left);
    range.setEnd(node, left + 1);
    const { top } = range.getBoundingClientRect();
    scroller.scrollTop += top - scroller.getBoundingClientRect().top - scroller.clientHeight / 3;
    return;
  }
}
