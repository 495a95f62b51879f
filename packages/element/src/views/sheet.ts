// A passage with what stands around it, in a sheet at the foot of a narrow page: the questions stay where they are behind it. A modal
// dialog: the browser keeps focus inside, gives it back, and closes it on Escape and on the gesture for back.
import { html, nothing, type TemplateResult } from 'lit';
import type { NumberedPassage } from '../passages.ts';
import { lastBoundary, paragraphsOf } from '../source/paragraphs.ts';
import type { TextSource } from '../source/text-source.ts';
import type { Surroundings, View } from '../view.ts';

/** Characters before and behind a passage that are shown with it, at most. */
const aroundChars = 400;

/** What stands around `[start, end)`, from the begin of a sentence to the end of one where there are such. */
export async function surroundingsOf(
  text: TextSource,
  { start, end }: Pick<NumberedPassage, 'start' | 'end'>,
): Promise<Surroundings> {
  const from = Math.max(0, start - aroundChars);
  const to = Math.min(text.numChars, end + aroundChars);
  const [before, behind] = await Promise.all([text.slice(from, start), text.slice(end, to)]);
  return {
    before: from === 0 ? before : before.slice(firstBoundary(before)),
    behind: to === text.numChars ? behind : behind.slice(0, lastBoundary(behind)),
  };
}

/** The first place at which a sentence or a word begins: what is cut off before it is a part of one. */
function firstBoundary(text: string): number {
  const sentence = /[.!?。！？]["”’)]*\s+|\n\s*\n/.exec(text);
  const found = sentence ?? /\s+/.exec(text);
  return found ? found.index + found[0].length : 0;
}

/** @param passages of the answer that is shown. */
export function renderSheet(view: View, passages: readonly NumberedPassage[]): TemplateResult {
  const { sheet, active, actions } = view;
  const passage = sheet && passages.find(({ number }) => number === active?.number);
  // What is outside its content is the backdrop.
  const onClick = (event: MouseEvent): void => {
    if (event.target === event.currentTarget) actions.closeSheet();
  };
  return html`<dialog
    id="sheet"
    class="sheet"
    part="sheet"
    aria-labelledby="sheet-heading"
    @click=${onClick}
    @close=${actions.closeSheet}
  >
    ${passage ? renderPassage(passage, sheet, passages.length, view) : nothing}
  </dialog>`;
}

function renderPassage(
  passage: NumberedPassage,
  around: Surroundings,
  count: number,
  view: View,
): TemplateResult {
  const { words, actions } = view;
  const { number } = passage;
  return html`<div class="sheet-content">
    <div class="row sheet-head">
      <h3 id="sheet-heading" class="grow" tabindex="-1" autofocus>
        ${words.say('passageNumber', { number })}
        <span class="muted"><bdi>${words.placeOf(passage)}</bdi></span>
      </h3>
      <button
        type="button"
        class="quiet"
        part="button"
        aria-label=${words.say('close')}
        @click=${actions.closeSheet}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3l10 10M13 3L3 13" /></svg>
      </button>
    </div>
    <div class="around" role="region" tabindex="0" aria-labelledby="sheet-heading" aria-live="polite">
      ${renderText(passage.text, around)}
    </div>
    <div class="row sheet-foot">
      ${renderStep('previousPassage', number > 1 && number - 1, view)}
      ${renderStep('nextPassage', number < count && number + 1, view)}
      <span class="grow"></span>
      <button type="button" class="primary" part="button" @click=${actions.showInText}>
        ${words.say('showInText')}
      </button>
    </div>
  </div>`;
}

/** @param to the number that it leads to; false where there is none. */
function renderStep(
  key: 'previousPassage' | 'nextPassage',
  to: number | false,
  { words, actions, active }: View,
): TemplateResult {
  const step = (): void => {
    if (to !== false && active) actions.showPassage({ ...active, number: to });
  };
  return html`<button
    type="button"
    part="button"
    aria-label=${words.say(key)}
    aria-disabled=${to === false}
    @click=${step}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d=${key === 'nextPassage' ? 'M4 6l4 4 4-4' : 'M4 10l4-4 4 4'} />
    </svg>
  </button>`;
}

/** In the paragraphs of the source, the passage marked in them. */
function renderText(passage: string, { before, behind }: Surroundings): unknown {
  const text = before + passage + behind;
  return paragraphsOf(text).map(({ start, end, keepsLines }) => {
    const within = (at: number): number => Math.min(end, Math.max(start, at));
    const [from, to] = [within(before.length), within(before.length + passage.length)];
    const marked = from < to ? html`<mark class="active">${text.slice(from, to)}</mark>` : nothing;
    // White space between the three would be shown.
    return html`<p dir="auto" class=${keepsLines ? 'lines' : ''}>
      ${text.slice(start, from)}${marked}${text.slice(to, end)}
    </p>`;
  });
}
