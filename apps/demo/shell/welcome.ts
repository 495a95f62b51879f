// The first view: what this is in words, the two ways to begin, and what the first one costs; then the steps of loading, of which the
// element draws the bar.
import { css, html, nothing, type TemplateResult } from 'lit';
import { AppPart } from './part.ts';
import type { ShellKey } from './copy.ts';
import { shared } from './styles.ts';

const steps: readonly ShellKey[] = ['stepFetch', 'stepCheck', 'stepRead'];

export class Welcome extends AppPart {
  static override styles = [
    shared,
    css`
      :host {
        max-width: 36rem;
        margin-inline: auto;
      }
      section {
        display: grid;
        gap: 16px;
      }
      h1 {
        font: 600 32px/40px var(--longread-font-text);
        text-wrap: balance;
      }
      .lead {
        font: 18px/30px var(--longread-font-text);
        text-wrap: pretty;
      }
      .steps {
        display: grid;
        gap: 4px;
      }
      .steps li {
        display: flex;
        gap: 8px;
        color: var(--longread-muted);
      }
      .steps [aria-current] {
        color: var(--longread-ink);
        font-weight: 600;
      }
      .steps span {
        flex: none;
        width: 1.25em;
        text-align: center;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { step } = this.app.state;
    return html`<section aria-labelledby="welcome-heading">
      <h1 id="welcome-heading">${this.app.say('promise')}</h1>
      ${step === 'unable' ? this.#renderUnable() : step === 'loading' ? this.#renderSteps() : this.#renderStart()}
    </section>`;
  }

  #renderStart(): TemplateResult {
    const { app } = this;
    const { say, state } = app;
    const { step } = state;
    return html`<p class="lead">${say('lead')}</p>
      <div class="row">
        ${
          app.sample
            ? html`<button type="button" class="primary" @click=${() => app.chooseSample()}>
                ${say('trySample', { title: app.sample.title.split(',', 1)[0] ?? '' })}
              </button>`
            : nothing
        }
        ${step === 'ready' ? nothing : this.#renderFile()}
      </div>
      <p class="muted" aria-live="polite">${this.#cost()}</p>
      ${app.state.failure === '' ? nothing : html`<p role="alert">${app.state.failure}</p>`}`;
  }

  /** When a model is there the element has its own way to open a file. */
  #renderFile(): TemplateResult {
    const onChange = (event: Event): void => {
      const input = event.currentTarget as HTMLInputElement;
      const [file] = input.files ?? [];
      input.value = '';
      if (file) this.app.chooseFile(file);
    };
    return html`<span>
      <input id="first-file" class="visually-hidden" type="file" @change=${onChange} />
      <label for="first-file" class=${this.app.sample ? 'button' : 'button primary'}
        >${this.app.say('openFile')}</label
      >
    </span>`;
  }

  #cost(): string {
    const { app } = this;
    const { say, words, state } = app;
    const { step, model, waiting, server } = state;
    const stays = server ? say('goesTo', { host: new URL(server.url).host }) : say('staysHere');
    if (step === 'looking')
      return waiting === '' ? say('oneMoment') : say('openedNext', { title: isolated(waiting) });
    if (step === 'ready') return stays;
    const needs = model.sizeBytes > 0 ? 'needsModelOf' : 'needsModel';
    const what = app.isKept(model) ? 'isHere' : needs;
    return `${say(what, { model: model.name, size: words.bytes(model.sizeBytes) })} ${stays}`;
  }

  #renderSteps(): TemplateResult {
    const { say, words, state } = this.app;
    const { progress, waiting, model } = state;
    const { phase } = progress ?? {};
    const current = phase === 'tune' || phase === 'calibrate' ? 1 : 0;
    return html`<p class="muted">
        ${waiting === '' ? model.name : say('modelThen', { model: model.name, title: isolated(waiting) })}
      </p>
      <ol class="steps">
        ${steps.map(
          (name, i) =>
            html`<li aria-current=${i === current ? 'step' : nothing}>
              <span aria-hidden="true">${i < current ? '✓' : words.count(i + 1)}</span> ${say(name)}
            </li>`,
        )}
      </ol>`;
  }

  #renderUnable(): TemplateResult {
    const { say, state } = this.app;
    const { unable, waiting } = state;
    const told = unable && this.app.explain(unable);
    return html`<div role="status">
        <p class="lead">${told?.sentence}</p>
        <p>${told?.remedy}</p>
        <p class="muted"><code>WebGpuUnavailable</code> ${told?.technical}</p>
      </div>
      <p class="muted">
        ${waiting === '' ? say('keptBefore') : say('fileWaits', { title: isolated(waiting) })}
      </p>
      <div class="row">
        <button type="button" class="primary" @click=${() => void this.app.look()}>
          ${say('checkAgain')}
        </button>
      </div>`;
  }
}

/** Its direction is its own, whatever the sentence around it has. */
function isolated(title: string): string {
  return `\u2068${title}\u2069`;
}

customElements.define('app-welcome', Welcome);
