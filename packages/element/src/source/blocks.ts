// A long text in the page, block by block: each is an empty box of about its height until the reader comes near, and again when far.
// Text enters as text nodes only.
import { lastBoundary, paragraphsOf } from './paragraphs.ts';
import type { TextSource } from './text-source.ts';

/** A paragraph in the page. Its text nodes together are the text from `start` to `end`. */
export interface Shown {
  readonly start: number;
  readonly end: number;
  readonly element: HTMLElement;
}

/** Characters of a block, about; and how far before its nominal begin the boundary may be. */
const blockChars = 16_384;
const marginChars = 4096;

/** Blocks with text at once: as much as a novel of middle length. */
const maxFilled = 48;

interface Block {
  readonly index: number;
  readonly element: HTMLElement;
  filling: Promise<void> | undefined;
  shown: readonly Shown[];
}

export class Blocks {
  readonly #text: TextSource;
  readonly #onFilled: (shown: readonly Shown[]) => void;
  readonly #onFailed: (error: unknown) => void;
  readonly #observer: IntersectionObserver;
  readonly #blocks: readonly Block[];
  /** The last used is the last. */
  readonly #filled = new Set<Block>();
  readonly #near = new Set<Block>();

  /**
   * @param scroller what is scrolled; `into` is in it and takes the blocks.
   * @param onFilled called with the paragraphs of each block that was filled.
   */
  constructor(
    text: TextSource,
    scroller: HTMLElement,
    into: HTMLElement,
    onFilled: (shown: readonly Shown[]) => void,
    onFailed: (error: unknown) => void,
  ) {
    this.#text = text;
    this.#onFilled = onFilled;
    this.#onFailed = onFailed;
    const count = Math.ceil(text.numChars / blockChars);
    this.#blocks = Array.from({ length: count }, (_, index) => {
      const element = document.createElement('div');
      element.className = 'block';
      const chars = Math.min(blockChars, text.numChars - index * blockChars);
      const height = `${Math.ceil(chars / 60) * 30}px`;
      element.style.setProperty('min-block-size', height);
      element.style.setProperty('contain-intrinsic-block-size', `auto ${height}`);
      return { index, element, filling: undefined, shown: [] };
    });
    into.replaceChildren(...this.#blocks.map(({ element }) => element));
    this.#observer = new IntersectionObserver((entries) => this.#onSeen(entries), {
      root: scroller,
      rootMargin: '1200px 0px',
    });
    for (const { element } of this.#blocks) this.#observer.observe(element);
  }

  /** The paragraphs that are in the page. */
  get shown(): readonly Shown[] {
    return this.#blocks.flatMap(({ shown }) => shown);
  }

  /** Fills the blocks around `[start, end)`. */
  async fill(start: number, end: number): Promise<void> {
    const first = Math.max(0, Math.floor(start / blockChars) - 1);
    const last = Math.floor(end / blockChars) + 1;
    await Promise.all(this.#blocks.slice(first, last + 1).map((block) => this.#fill(block)));
  }

  /** The box around a place in the text, filled or not. */
  boxAt(char: number): HTMLElement | undefined {
    return this.#blocks[Math.min(this.#blocks.length - 1, Math.floor(char / blockChars))]?.element;
  }

  dispose(): void {
    this.#observer.disconnect();
  }

  #onSeen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const block = this.#blocks.find(({ element }) => element === target);
      if (!block) continue;
      if (!isIntersecting) this.#near.delete(block);
      else {
        this.#near.add(block);
        void this.#fill(block);
      }
    }
  }

  async #fill(block: Block): Promise<void> {
    this.#filled.delete(block);
    this.#filled.add(block);
    this.#emptyFar();
    try {
      await (block.filling ??= this.#read(block));
    } catch (error) {
      block.filling = undefined;
      this.#filled.delete(block);
      this.#onFailed(error);
    }
  }

  async #read(block: Block): Promise<void> {
    const { index, element } = block;
    const { numChars } = this.#text;
    const from = Math.max(0, index * blockChars - marginChars);
    const to = Math.min(numChars, (index + 1) * blockChars);
    const text = await this.#text.slice(from, to);
    if (!this.#filled.has(block)) return; // emptied meanwhile
    // Both neighbours find their boundary in the same stretch of text, so nothing is lost or doubled between them.
    const start = index === 0 ? 0 : lastBoundary(text.slice(0, index * blockChars - from));
    const stretch = Math.max(0, text.length - marginChars);
    const end = to === numChars ? text.length : stretch + lastBoundary(text.slice(stretch));
    const own = text.slice(start, end);
    block.shown = paragraphsOf(own).map((paragraph) => {
      const p = document.createElement('p');
      p.dir = 'auto';
      if (paragraph.keepsLines) p.className = 'lines';
      p.append(own.slice(paragraph.start, paragraph.end));
      return { start: from + start + paragraph.start, end: from + start + paragraph.end, element: p };
    });
    element.replaceChildren(...block.shown.map(({ element: p }) => p));
    element.style.removeProperty('min-block-size');
    this.#onFilled(block.shown);
  }

  #emptyFar(): void {
    for (const block of this.#filled) {
      if (this.#filled.size <= maxFilled) return;
      if (this.#near.has(block)) continue;
      const { element } = block;
      element.style.setProperty('min-block-size', `${element.offsetHeight}px`);
      element.replaceChildren();
      block.shown = [];
      block.filling = undefined;
      this.#filled.delete(block);
    }
  }
}
