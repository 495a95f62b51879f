// Text that comes in pieces, given on in whole sentences: what a screen reader reads out is no single words. Pure.

export class Sentences {
  readonly #segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });
  #text = '';

  /** Takes a piece; gives the sentences that are complete with it, or nothing. */
  add(piece: string): string {
    this.#text += piece;
    const begun = [...this.#segmenter.segment(this.#text)].at(-1)?.index ?? 0;
    return this.#take(begun);
  }

  /** What is left when no more comes. */
  rest(): string {
    return this.#take(this.#text.length);
  }

  #take(end: number): string {
    const complete = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return complete.trim();
  }
}
