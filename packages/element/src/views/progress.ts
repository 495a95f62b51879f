// What is running now: a labelled progress bar with its figures, and a button that stops it.
import { html, nothing, type TemplateResult } from 'lit';
import type { Progress } from 'longread';
import type { Actions } from '../actions.ts';
import { formatAmount, formatRemaining } from '../format.ts';
import type { SessionState } from '../session-state.ts';

const phaseLabels: Readonly<Record<Progress['phase'], string>> = {
  fetch: 'Fetching the model',
  verify: 'Checking the model',
  load: 'Loading the model',
  tune: 'Measuring the GPU',
  calibrate: 'Measuring the model',
  tokenize: 'Splitting the text into tokens',
  compress: 'Reading',
  gather: 'Looking for passages',
  recompute: 'Reading the passages again',
  decode: 'Writing the answer',
  import: 'Importing',
};

export function renderProgress(state: SessionState, actions: Actions): TemplateResult {
  const { progress } = state;
  const isUnknown = !progress || progress.total === 0;
  const elapsedMs = performance.now() - state.progressStartMs;
  const figures = progress && [formatAmount(progress), formatRemaining(progress, elapsedMs)].filter(Boolean);
  return html`<div class="progress" part="progress">
    <label for="progress">${labelOf(state)}</label>
    ${
      isUnknown
        ? html`<progress id="progress"></progress>`
        : html`<progress id="progress" max=${progress.total} .value=${progress.done}></progress>`
    }
    <span class="figures">${figures?.join(' · ') ?? nothing}</span>
    ${
      progress?.phase === 'tune'
        ? html`<button type="button" part="button" @click=${actions.skipTuning}>Skip</button>`
        : nothing
    }
    <button
      id="cancel"
      type="button"
      part="button"
      aria-disabled=${state.isCancelling}
      @click=${actions.cancel}
    >
      ${state.isCancelling ? 'Cancelling…' : 'Cancel'}
    </button>
  </div>`;
}

function labelOf({ phase, progress, title }: SessionState): string {
  const step = progress && phaseLabels[progress.phase];
  if (phase === 'reading' && title !== '')
    return step === undefined ? `Opening ${title}` : `${step}: ${title}`;
  return step ?? (phase === 'asking' ? 'Asking' : phase === 'loading' ? 'Starting' : 'Working');
}
