// The pane of the source's text and the strip beside it, which shows where in the whole the passages lie.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { View } from '../view.ts';
import type { NumberedPassage } from '../passages.ts';
import { renderDocument } from './document.ts';

export function renderSource(view: View, passages: readonly NumberedPassage[]): TemplateResult {
  const { state, words } = view;
  const title = state.text?.title ?? '';
  return html`<section id="pane-text" class="source-pane" part="source-pane">
    <div
      id="source"
      class="source"
      part="source"
      role="region"
      tabindex="0"
      aria-label=${words.say('sourceText', { title })}
    >
      ${renderDocument(view)}
      <div id="source-text" class="source-text"></div>
    </div>
    ${renderStrip(view, passages)}
  </section>`;
}

/** Of the strip's own units. */
const height = 1000;

/** For the pointer alone: the list of passages says the same to everyone. */
function renderStrip(
  { state, active, actions }: View,
  passages: readonly NumberedPassage[],
): TemplateResult | typeof nothing {
  const numChars = state.text?.numChars ?? 0;
  if (numChars === 0) return nothing;
  const best = Math.max(...passages.map(({ score }) => score), 0);
  const onClick = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    actions.showPlace(Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)));
  };
  // Attributes of shapes, because a page's policy may allow no inline styles.
  return html`<svg
    class="strip"
    part="strip"
    viewBox="0 0 1 ${height}"
    preserveAspectRatio="none"
    aria-hidden="true"
    @click=${onClick}
  >
    ${passages.map(({ number, start, end, score }) => {
      const isActive = number === active?.number;
      const y = Math.min(height - 4, (height * start) / numChars);
      return svg`<rect
        class=${isActive ? 'active' : ''}
        width="1"
        y=${y}
        height=${Math.max(4, (height * (end - start)) / numChars)}
        opacity=${isActive || best <= 0 ? 1 : Math.max(0.4, score / best)}
      ></rect>`;
    })}
  </svg>`;
}
