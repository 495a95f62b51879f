// The first view: what this is in words, the two ways to begin, and what the first one costs; then the steps of loading, of which the
// element draws the bar.
import { css, html, nothing, type TemplateResult } from 'lit';
import { AppPart, formatBytes } from './part.ts';
import { shared } from './styles.ts';

const steps = ['Fetch the reading model', 'Check this device', 'Read the document'] as const;

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
      <h1 id="welcome-heading">Ask a book. It stays on this device.</h1>
      ${step === 'unable' ? this.#renderUnable() : step === 'loading' ? this.#renderSteps() : this.#renderStart()}
    </section>`;
  }

  #renderStart(): TemplateResult {
    const { app } = this;
    const { step } = app.state;
    return html`<p class="lead">
        Open a novel, a contract, a report; ask what you want to know; see the passages that the answer comes
        from.
      </p>
      <div class="row">
        ${
          app.sample
            ? html`<button type="button" class="primary" @click=${() => app.chooseSample()}>
                Try ${app.sample.title.split(',', 1)[0]}
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
      <label for="first-file" class=${this.app.sample ? 'button' : 'button primary'}>Open a file</label>
    </span>`;
  }

  #cost(): string {
    const { app } = this;
    const { step, model, waiting, server } = app.state;
    const stays = server
      ? `Questions and the passages that are found go to ${new URL(server.url).host}; all else stays on this device.`
      : 'Nothing that you open or ask leaves this device.';
    if (step === 'looking') return waiting === '' ? 'One moment …' : `${waiting} is opened next.`;
    if (step === 'ready') return stays;
    const size = model.sizeBytes > 0 ? `: ${formatBytes(model.sizeBytes)}, once` : ', once';
    const what = app.isKept(model)
      ? `The reading model (${model.name}) is in this browser already.`
      : `Needs the reading model (${model.name})${size}. It is fetched when you begin, and not before.`;
    return `${what} ${stays}`;
  }

  #renderSteps(): TemplateResult {
    const { progress, waiting, model } = this.app.state;
    const { phase } = progress ?? {};
    const current = phase === 'tune' || phase === 'calibrate' ? 1 : 0;
    return html`<p class="muted">
        ${model.name}${waiting === '' ? nothing : html`, then <span dir="auto">${waiting}</span>`}
      </p>
      <ol class="steps">
        ${steps.map(
          (name, i) =>
            html`<li aria-current=${i === current ? 'step' : nothing}>
              <span aria-hidden="true">${i < current ? '✓' : i + 1}</span> ${name}
            </li>`,
        )}
      </ol>`;
  }

  #renderUnable(): TemplateResult {
    const { unable, waiting } = this.app.state;
    return html`<div role="status">
        <p class="lead">${unable?.sentence}</p>
        <p>${unable?.remedy}</p>
        <p class="muted"><code>WebGpuUnavailable</code> ${unable?.technical}</p>
      </div>
      <p class="muted">
        ${waiting === '' ? nothing : html`<span dir="auto">${waiting}</span> waits. `}What was read before is
        kept in this browser.
      </p>
      <div class="row">
        <button type="button" class="primary" @click=${() => void this.app.look()}>Check again</button>
      </div>`;
  }
}

customElements.define('app-welcome', Welcome);
