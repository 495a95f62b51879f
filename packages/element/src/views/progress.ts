// What is running now: a labelled progress bar with its figures, and a button that stops it.
import { html, nothing, type TemplateResult } from 'lit';
import type { PhaseStats } from 'longread';
import type { SessionState } from '../session/state.ts';
import type { StringKey } from '../strings.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';

const names: Readonly<Record<PhaseStats['name'], StringKey>> = {
  fetch: 'phaseFetch',
  verify: 'phaseVerify',
  load: 'phaseLoad',
  tune: 'phaseTune',
  calibrate: 'phaseCalibrate',
  tokenize: 'phaseTokenize',
  compress: 'phaseCompress',
  gather: 'phaseGather',
  recompute: 'phaseRecompute',
  decode: 'phaseDecode',
  import: 'phaseImport',
  open: 'phaseOpen',
  persist: 'phasePersist',
};

export function nameOfPhase(name: PhaseStats['name'], words: Words): string {
  return words.say(names[name]);
}

const ofLoading: ReadonlySet<PhaseStats['name']> = new Set(['fetch', 'verify', 'load', 'tune', 'calibrate']);

/** Of loading, whatever waits for it, and of reading; an answer is its own progress. */
export function renderProgress({ state, words, actions }: View): TemplateResult | typeof nothing {
  const { progress, phase } = state;
  const isLoading = phase === 'loading' || (progress !== undefined && ofLoading.has(progress.phase));
  if (!isLoading && phase !== 'reading') return nothing;
  const isUnknown = !progress || progress.total === 0;
  const figures = progress && [words.amount(progress), words.remaining(state.msLeft)].filter(Boolean);
  return html`<div class="progress" part="progress">
    <label for="progress">${stepOf(state, words)}</label>
    <span class="figures">${figures?.join(' · ') ?? nothing}</span>
    ${
      isUnknown
        ? html`<progress id="progress"></progress>`
        : html`<progress id="progress" max=${progress.total} .value=${progress.done}></progress>`
    }
    <div class="buttons">
      ${
        progress?.phase === 'tune'
          ? html`<button type="button" part="button" @click=${actions.skipTuning}>
              ${words.say('skipTuning')}
            </button>`
          : nothing
      }
      <button
        id="cancel"
        type="button"
        part="button"
        aria-disabled=${state.isCancelling}
        @click=${actions.cancel}
      >
        ${words.say(state.isCancelling ? 'cancelling' : progress?.phase === 'compress' ? 'pause' : 'cancel')}
      </button>
    </div>
  </div>`;
}

/** A reading that was stopped: what can be asked, and how it goes on. */
export function renderStopped({ state, words, actions }: View): TemplateResult | typeof nothing {
  const { readSoFar, phase } = state;
  if (readSoFar === undefined || phase !== 'ready') return nothing;
  return html`<div class="progress" part="progress">
    <span class="figures">${words.say('covers', { percent: words.percent(readSoFar) })}</span>
    <progress max="1" .value=${readSoFar} aria-label=${words.say('phaseCompress')}></progress>
    <div class="buttons">
      <button id="resume" type="button" part="button" @click=${actions.resume}>${words.say('resume')}</button>
    </div>
  </div>`;
}

/** In words, what is running. */
export function stepOf({ phase, progress, title }: SessionState, words: Words): string {
  const step = progress && nameOfPhase(progress.phase, words);
  if (phase === 'reading' && title !== '')
    return step === undefined ? words.say('opening', { title }) : words.say('stepOf', { step, title });
  return step ?? words.say(phase === 'asking' ? 'looking' : phase === 'loading' ? 'starting' : 'working');
}
