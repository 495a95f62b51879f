// The passages that an answer was read from: numbered, with their place; each shows itself in the text.
import { html, nothing, type TemplateResult } from 'lit';
import { numberPassages, type NumberedPassage } from '../passages.ts';
import type { Exchange } from '../session/state.ts';
import type { View } from '../view.ts';

export function renderPassages(exchange: Exchange, view: View): TemplateResult | typeof nothing {
  const { evidence, id } = exchange;
  const { words } = view;
  if (!evidence) return nothing;
  if (evidence.length === 0) return html`<p class="muted">${words.say('noPassages')}</p>`;
  const { shown, folded } = numberPassages(evidence);
  return html`<div class="passages">
    <h4 class="visually-hidden">${words.say('passages')}</h4>
    ${renderList(shown, id, view)}
    ${
      folded.length > 0
        ? html`<details>
            <summary>${words.say('more', { count: folded.length })}</summary>
            ${renderList(folded, id, view)}
          </details>`
        : nothing
    }
  </div>`;
}

function renderList(passages: readonly NumberedPassage[], exchange: string, view: View): TemplateResult {
  return html`<ol part="passages">
    ${passages.map((passage) => renderPassage(passage, exchange, view))}
  </ol>`;
}

/** All of it is a target for the pointer; the number is the button of keyboard and screen reader. */
function renderPassage(
  passage: NumberedPassage,
  exchange: string,
  { words, actions, active, isFull }: View,
): TemplateResult {
  const { number, text } = passage;
  const isActive = active?.exchange === exchange && active.number === number;
  const where = words.placeOf(passage);
  const show = (): void => {
    if (getSelection()?.isCollapsed ?? true) actions.showPassage({ exchange, number });
  };
  return html`<li
    part="passage"
    aria-current=${isActive ? 'true' : nothing}
    @click=${isFull ? show : nothing}
  >
    ${
      isFull
        ? html`<button
            type="button"
            class="number"
            part="citation"
            aria-label=${words.say('showPassage', { number, place: where })}
          >
            ${number}
          </button>`
        : html`<span class="number" part="citation">${number}</span>`
    }
    <blockquote dir="auto">${text.trim()}</blockquote>
    <p class="muted" dir="auto">${where}</p>
  </li>`;
}
