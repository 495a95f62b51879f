// Failures, as an alert, what became of a drop, and milestones for screen readers.
import { html, nothing, type TemplateResult } from 'lit';
import type { Actions } from '../actions.ts';
import type { SessionState } from '../session-state.ts';

export function renderMessages({ error, notice, status }: SessionState, actions: Actions): TemplateResult {
  return html`<div class="live" role="alert">
      ${
        error
          ? html`<div class="error row" part="error">
              <p class="grow"><strong>${error.code}</strong> ${error.message}</p>
              <button id="dismiss" type="button" part="button" @click=${actions.dismissError}>Dismiss</button>
            </div>`
          : nothing
      }
    </div>
    <div aria-live="polite">
      ${notice === '' ? nothing : html`<p class="muted" part="notice">${notice}</p>`}
    </div>
    <div class="visually-hidden" role="status">${status}</div>`;
}
