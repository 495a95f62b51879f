// Passages lit in a text: by the CSS Custom Highlight API, which leaves the text's nodes alone, else by <mark> elements.
import type { Shown } from './blocks.ts';

/** A passage to light. Ranges in UTF-16 code units of the text, end exclusive. */
export interface Lit {
  readonly start: number;
  readonly end: number;
  readonly isActive: boolean;
}

export interface Painter {
  /** Lights these passages, and no others, in the paragraphs that are in the page. */
  paint(shown: readonly Shown[], passages: readonly Lit[]): void;
  /** Takes its lights away. */
  clear(): void;
}

const names = { passage: 'longread-passage', active: 'longread-active' } as const;

export function createPainter(): Painter {
  return typeof Highlight === 'function' ? registryPainter() : markPainter();
}

/** Its ranges join those of other elements on the page: a name is the whole page's. */
function registryPainter(): Painter {
  let own: { readonly highlight: Highlight; readonly range: Range }[] = [];
  const clear = (): void => {
    for (const { highlight, range } of own) highlight.delete(range);
    own = [];
  };
  return {
    clear,
    paint(shown, passages) {
      clear();
      for (const { start, end, isActive } of passages) {
        const highlight = registered(isActive ? names.active : names.passage, isActive ? 1 : 0);
        for (const { element, ...paragraph } of shown) {
          const range = document.createRange();
          const { firstChild } = element;
          if (!firstChild || paragraph.end <= start || paragraph.start >= end) continue;
          range.setStart(firstChild, Math.max(start - paragraph.start, 0));
          range.setEnd(firstChild, Math.min(end, paragraph.end) - paragraph.start);
          highlight.add(range);
          own.push({ highlight, range });
        }
      }
    },
  };
}

function registered(name: string, priority: number): Highlight {
  const known = CSS.highlights.get(name);
  if (known) return known;
  const made = new Highlight();
  made.priority = priority;
  CSS.highlights.set(name, made);
  return made;
}

/** Parts paragraphs into text nodes and marks; the text that they hold together stays the same. */
function markPainter(): Painter {
  let painted: readonly Shown[] = [];
  const unmark = ({ element }: Shown): void => {
    if (element.querySelector('mark')) element.replaceChildren(element.textContent);
  };
  const clear = (): void => {
    painted.forEach(unmark);
    painted = [];
  };
  return {
    clear,
    paint(shown, passages) {
      clear();
      painted = shown.filter((paragraph) => mark(paragraph, passages));
    },
  };
}

function mark({ start, end, element }: Shown, passages: readonly Lit[]): boolean {
  const here = passages.filter((passage) => passage.end > start && passage.start < end);
  if (here.length === 0) return false;
  const text = element.textContent;
  const edges = here.flatMap((passage) => [
    Math.max(0, passage.start - start),
    Math.min(text.length, passage.end - start),
  ]);
  const cuts = [...new Set([0, ...edges, text.length])].sort((a, b) => a - b);
  const pieces = cuts.slice(1).map((to, index) => {
    const from = cuts[index] ?? 0;
    const over = here.filter((passage) => passage.start - start <= from && passage.end - start >= to);
    const piece = text.slice(from, to);
    if (over.length === 0) return piece;
    const made = document.createElement('mark');
    made.classList.toggle(
      'active',
      over.some(({ isActive }) => isActive),
    );
    made.append(piece);
    return made;
  });
  element.replaceChildren(...pieces);
  return true;
}
