// Which regions there are and where: everything else of the element's tree is drawn by these.
import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { NumberedPassage } from '../passages.ts';
import { askedOf } from '../session/asked.ts';
import type { Late, View } from '../view.ts';
import { renderBar, renderTabs } from './bar.ts';
import { renderDocument, renderPicker } from './document.ts';
import { renderMessages } from './messages.ts';
import { renderModel, renderModelChip } from './model.ts';
import { renderProgress, renderStopped } from './progress.ts';

/** @param passages lit in the text. */
export function renderFrame(view: View, passages: readonly NumberedPassage[]): TemplateResult {
  return html`${view.isFull ? renderFull(view, passages) : renderCompact(view)}
  ${view.dialogs?.renderDialogs(view, passages)}`;
}

function renderFull(view: View, passages: readonly NumberedPassage[]): TemplateResult {
  const { state, words, hasLibrary, tab, late } = view;
  const hasText = (state.text !== undefined || state.together !== undefined) && late !== undefined;
  // There is one main landmark on a page.
  const hasOwnMain = document.querySelector('main, [role=main]') !== null;
  const panes = { panes: true, bare: !hasLibrary, welcoming: !hasText };
  return html`<div class="frame full" part="frame" data-tab=${tab}>
    <header class="top">${renderBar(view)} ${hasText ? renderTabs(view) : nothing}</header>
    ${renderMessages(view)}
    <div class=${classMap(panes)} role=${hasOwnMain ? nothing : 'main'}>
      ${
        hasLibrary
          ? html`<nav
              id="library"
              class="library-pane"
              part="library-pane"
              popover
              aria-label=${words.say('library')}
            >
              ${late?.renderLibrary(view)}
            </nav>`
          : nothing
      }
      ${hasText ? html`${late.renderSource(view, passages)} ${renderAsk(view, late)}` : renderWelcome(view)}
    </div>
  </div>`;
}

function renderAsk(view: View, late: Late): TemplateResult {
  return html`<section id="pane-ask" class="ask-pane" part="ask-pane" aria-labelledby="questions-heading">
    <h2 id="questions-heading" class="visually-hidden">${view.words.say('questions')}</h2>
    ${late.renderThread(view)} ${renderProgress(view)} ${renderStopped(view)}
    ${view.dialogs?.renderComposer(view)}
  </section>`;
}

/** Before the first document: what is missing, or the ways to give one. */
function renderWelcome(view: View): TemplateResult {
  return html`<section class="welcome" part="welcome">
    <slot name="welcome"></slot>
    ${view.hasWelcome ? nothing : renderModel(view)} ${renderPicker(view)} ${renderProgress(view)}
  </section>`;
}

function renderCompact(view: View): TemplateResult {
  const { late } = view;
  const isOpen = askedOf(view.state) !== undefined;
  return html`<div class="frame compact" part="frame">
    <slot name="heading"></slot>
    ${renderModelChip(view)} ${renderMessages(view)} ${renderModel(view)} ${renderPicker(view)}
    ${renderDocument(view)} ${isOpen ? late?.renderThread(view) : nothing} ${renderProgress(view)}
    ${renderStopped(view)} ${isOpen ? view.dialogs?.renderComposer(view) : nothing}
    ${late?.renderLibrary(view)}
  </div>`;
}
