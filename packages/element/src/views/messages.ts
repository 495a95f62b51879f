// Failures, as an alert, what became of a drop, and milestones for screen readers.
import { html, nothing, type TemplateResult } from 'lit';
import type { Actions } from '../actions.ts';
import type { ErrorReport, SessionState } from '../session-state.ts';
import { circumstancesHere, explain } from '../shell/explain.ts';

function renderError(report: ErrorReport, actions: Actions): TemplateResult {
  const { sentence, remedy, technical } = explain(report, circumstancesHere());
  return html`<div class="error row" part="error">
    <div class="grow">
      <p><strong>${sentence}</strong> ${remedy}</p>
      <p class="muted"><code>${report.code}</code>${technical === '' ? nothing : html` ${technical}`}</p>
    </div>
    <button id="dismiss" type="button" part="button" @click=${actions.dismissError}>Dismiss</button>
  </div>`;
}

export function renderMessages({ error, notice, status }: SessionState, actions: Actions): TemplateResult {
  return html`<div class="live" role="alert">${error ? renderError(error, actions) : nothing}</div>
    <div aria-live="polite">
      ${notice === '' ? nothing : html`<p class="muted" part="notice">${notice}</p>`}
    </div>
    <div class="visually-hidden" role="status">${status}</div>`;
}
