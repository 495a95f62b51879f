// The pane of the source's text, and the strip beside it.
import { html, type TemplateResult } from 'lit';
import { titleOfOpen } from '../session/asked.ts';
import type { View } from '../view.ts';
import { passagesIn, type NumberedPassage } from '../passages.ts';
import { renderDocument } from './document.ts';
import { renderStrip } from './strip.ts';

export function renderSource(view: View, passages: readonly NumberedPassage[]): TemplateResult {
  const { state, words } = view;
  const title = state.text?.title ?? titleOfOpen(state, words);
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
    ${renderStrip(view, passagesIn(state.text, passages))}
  </section>`;
}
