// The settings: a button and its dialog, in plain words. Models are chosen in model-picker.ts, what is kept in storage-view.ts.
import { css, html, type TemplateResult } from 'lit';
import { renderModels, type PickerView } from './model-picker.ts';
import type { ShellKey } from './copy.ts';
import type { ModelChoice } from './model-choice.ts';
import { AppPart } from './part.ts';
import type { AnswerLength, Preferences, TextSize, Theme } from './preferences.ts';
import { renderServer } from './server-view.ts';
import { renderStorage } from './storage-view.ts';
import { shared } from './styles.ts';

const lengths: Readonly<Record<AnswerLength, ShellKey>> = {
  short: 'answerShort',
  usual: 'answerUsual',
  long: 'answerLong',
};
const themes: Readonly<Record<Theme, ShellKey>> = {
  auto: 'themeAuto',
  light: 'themeLight',
  dark: 'themeDark',
};
const sizes: Readonly<Record<TextSize, ShellKey>> = {
  small: 'sizeSmall',
  usual: 'sizeUsual',
  large: 'sizeLarge',
  huge: 'sizeHuge',
};

export class Settings extends AppPart {
  static override styles = [
    shared,
    css`
      dialog {
        box-sizing: border-box;
        width: min(40rem, 100vw - 16px);
        max-height: min(52rem, 100dvh - 16px);
        padding: 0;
        border: 1px solid var(--longread-line);
        border-radius: 6px;
        background: var(--longread-panel);
        color: inherit;
        overflow: auto;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.45);
      }
      .top {
        position: sticky;
        top: 0;
        z-index: 1;
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 8px 8px 8px 24px;
        border-bottom: 1px solid var(--longread-line);
        background: var(--longread-panel);
      }
      h2 {
        font: 600 18px/24px var(--longread-font-text);
      }
      h3 {
        font-size: 15px;
        font-weight: 600;
      }
      section {
        display: grid;
        gap: 12px;
        padding: 16px 24px 24px;
      }
      section + section {
        border-top: 1px solid var(--longread-line);
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr));
        gap: 12px;
      }
      .choices label,
      form {
        display: grid;
        gap: 4px;
        min-width: 0;
      }
      select {
        width: 100%;
        min-width: 0;
      }
      li {
        padding: 8px 0;
      }
      li + li {
        border-top: 1px solid var(--longread-line);
      }
      li b {
        font-weight: 600;
      }
      form .row {
        flex-wrap: nowrap;
      }
      form input {
        flex: 1;
        min-width: 0;
      }
      .told:not(:empty) {
        padding: 12px 24px;
        border-bottom: 1px solid var(--longread-line);
      }
      svg {
        width: 18px;
        height: 18px;
        fill: none;
        stroke: currentColor;
        stroke-width: 1.5;
        vertical-align: -4px;
      }
    `,
  ];
  static override properties = { told: { state: true }, named: { state: true } };

  /** What the last thing that was done here came to. */
  declare told: string;
  /** A model that was named and looked at. */
  declare named: ModelChoice | undefined;

  constructor(app: AppPart['app']) {
    super(app);
    this.told = '';
    this.named = undefined;
  }

  protected override render(): TemplateResult {
    const { say, state } = this.app;
    const { preferences } = state;
    const view: PickerView = {
      app: this.app,
      tell: (told) => (this.told = told),
      close: () => this.#close(),
      named: this.named,
      name: (named) => (this.named = named),
    };
    return html`<button
        id="open"
        type="button"
        class="quiet"
        aria-label=${say('settings')}
        @click=${() => this.#open()}
      >
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <path d="M2 5h7M13 5h3M2 13h3M9 13h7" />
          <circle cx="11" cy="5" r="2" />
          <circle cx="7" cy="13" r="2" />
        </svg>
      </button>
      <dialog aria-labelledby="settings-heading">
        <div class="top">
          <h2 id="settings-heading">${say('settings')}</h2>
          <button
            type="button"
            class="quiet"
            aria-label=${say('closeSettings')}
            @click=${() => this.#close()}
          >
            ✕
          </button>
        </div>
        <p class="told" role="status">${this.told}</p>
        ${renderModels(view)}
        <section aria-labelledby="reading-heading">
          <h3 id="reading-heading">${say('answersAndText')}</h3>
          <div class="choices">
            ${this.#renderChoice('answerLength', lengths, preferences)}
            ${this.#renderChoice('textSize', sizes, preferences)}
            ${this.#renderChoice('theme', themes, preferences)}
          </div>
        </section>
        ${renderServer(view)} ${renderStorage(view)}
      </dialog>`;
  }

  #renderChoice<K extends 'answerLength' | 'textSize' | 'theme'>(
    key: K,
    options: Readonly<Record<Preferences[K], ShellKey>>,
    preferences: Preferences,
  ): TemplateResult {
    const { say } = this.app;
    const onChange = (event: Event): void =>
      this.app.prefer({ [key]: (event.currentTarget as HTMLSelectElement).value });
    return html`<label>
      <span class="muted">${say(key)}</span>
      <select name=${key} @change=${onChange}>
        ${Object.entries<ShellKey>(options).map(
          ([value, name]) =>
            html`<option value=${value} ?selected=${preferences[key] === value}>${say(name)}</option>`,
        )}
      </select>
    </label>`;
  }

  #open(): void {
    this.told = '';
    void this.app.refresh();
    void this.app.recommend();
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  #close(): void {
    this.renderRoot.querySelector('dialog')?.close();
  }
}

customElements.define('app-settings', Settings);
