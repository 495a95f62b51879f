// Failures, as an alert, what became of a drop, and milestones for screen readers. The regions are there from the start, so that screen
// readers know them before anything is said.
import { html, nothing, type TemplateResult } from 'lit';
import type { ErrorReport } from '../session/state.ts';
import type { View } from '../view.ts';

export function renderMessages(view: View): TemplateResult {
  const { error, notice, status } = view.state;
  return html`<div class="messages">
    <div role="alert">${error ? renderError(error, view) : nothing}</div>
    <div aria-live="polite">
      ${notice === '' ? nothing : html`<p class="notice" part="notice" dir="auto">${notice}</p>`}
    </div>
    <div class="visually-hidden" role="status">${status}</div>
  </div>`;
}

function renderError(report: ErrorReport, { words, actions, late }: View): TemplateResult {
  // What fails before the rest is there speaks for itself.
  const own = { sentence: report.message, remedy: '', technical: '' };
  const { sentence, remedy, technical } = late?.explain(report, late.circumstancesHere(), words) ?? own;
  return html`<div class="error" part="error">
    <div class="grow">
      <p><strong>${sentence}</strong> ${remedy}</p>
      <p class="muted"><code>${report.code}</code>${technical === '' ? nothing : html` ${technical}`}</p>
    </div>
    <button id="dismiss" type="button" part="button" @click=${actions.dismissError}>
      ${words.say('dismiss')}
    </button>
  </div>`;
}
