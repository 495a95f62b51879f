// The line above everything, and on a narrow page the tabs below it.
import { html, nothing, type TemplateResult } from 'lit';
import type { Tab } from '../actions.ts';
import { titleOfOpen } from '../session/asked.ts';
import type { View } from '../view.ts';
import { renderModelChip } from './model.ts';

export function renderBar(view: View): TemplateResult {
  const { state, words, hasLibrary } = view;
  // Of several documents also that of which the text is shown.
  const isAmong = state.together !== undefined || state.document === undefined;
  const titles = [titleOfOpen(state, words), isAmong ? state.text?.title : undefined];
  const title = titles.filter(Boolean).join(' · ');
  return html`<div class="bar" part="bar">
    ${
      hasLibrary
        ? html`<button
            id="library-button"
            type="button"
            class="quiet"
            part="button"
            popovertarget="library"
            aria-label=${words.say('library')}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4h12M2 8h12M2 12h12" /></svg>
          </button>`
        : nothing
    }
    <slot name="heading"></slot>
    <span class="grow title" dir="auto">${title}</span>
    ${renderModelChip(view)}
    <slot name="actions"></slot>
  </div>`;
}

const tabs: readonly Tab[] = ['text', 'ask'];

/** Arrow keys go from tab to tab, as the pattern of tabs has it. */
export function renderTabs({ words, tab, actions }: View): TemplateResult {
  const onKeydown = (event: KeyboardEvent): void => {
    const next = { ArrowRight: 1, ArrowLeft: -1, Home: -1, End: 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const list = event.currentTarget as HTMLElement;
    const isHome = event.key === 'Home' || (event.key !== 'End' && tab === 'ask');
    actions.showTab(isHome ? 'text' : 'ask');
    list.querySelector<HTMLElement>(isHome ? '#tab-text' : '#tab-ask')?.focus();
  };
  return html`<div class="tabs" role="tablist" part="tabs" @keydown=${onKeydown}>
    ${tabs.map(
      (each) =>
        html`<button
          id=${`tab-${each}`}
          type="button"
          role="tab"
          part="tab"
          aria-selected=${each === tab}
          aria-controls=${`pane-${each}`}
          tabindex=${each === tab ? 0 : -1}
          @click=${() => actions.showTab(each)}
        >
          ${words.say(each)}
        </button>`,
    )}
  </div>`;
}
