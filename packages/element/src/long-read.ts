// <long-read>: pick a document, ask, read the answer with its passages. This file holds properties, actions and focus; the
// session drives the engine, the views show its state. Text of documents and models enters the page by text bindings only.
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Engine } from 'longread';
import type { Actions } from './actions.ts';
import { controlStyles } from './control-styles.ts';
import { DropTarget } from './drop-target.ts';
import type { Dropped } from './dropped.ts';
import { DropQueue } from './drop-queue.ts';
import { isBusy, type EngineFactory, type Phase, type SessionState } from './session-state.ts';
import { ReaderSession } from './session.ts';
import { fileNameOf } from './format.ts';
import { layoutStyles } from './layout-styles.ts';
import { renderDocument } from './views/document.ts';
import { openDeleteDialog, renderDeleteDialog, type Deletion } from './views/delete-dialog.ts';
import { renderLibrary } from './views/library.ts';
import { renderMessages } from './views/messages.ts';
import { renderModel } from './views/model.ts';
import { renderModels } from './views/models.ts';
import { renderProgress } from './views/progress.ts';
import { renderAnswers, renderQuestion } from './views/question.ts';

/**
 * Attributes: `model` (URL of a model, loaded at once), `src` (URL of a document, read when the model is ready),
 * `question` (first text of the question field). Properties: those, `engine` and `engineFactory`.
 * Slot: `heading`. Parts and custom properties: see layout-styles.ts. Events: see LongReadEventMap.
 */
export class LongReadElement extends LitElement {
  static override styles = [layoutStyles, controlStyles];
  static override properties = {
    model: { type: String },
    src: { type: String },
    question: { type: String },
    engine: { attribute: false },
    engineFactory: { attribute: false },
    deleting: { state: true },
  };

  declare model: string;
  declare src: string;
  declare question: string;
  /** An engine that the page made; it stays the page's to dispose. */
  declare engine: Engine | undefined;
  /** Makes the engine for `model`; `createEngine` of the package `longread` by default. */
  declare engineFactory: EngineFactory;
  /** What the delete dialog asks about. */
  declare private deleting: Deletion | undefined;

  readonly #session = new ReaderSession(this);
  #shown: SessionState = this.#session.state;
  #hadFocus = false;
  readonly #drops = new DropQueue(this.#session);
  #loads = 0; // that run

  constructor() {
    super();
    this.model = '';
    this.src = '';
    this.question = '';
    this.engine = undefined;
    this.engineFactory = async (options) => (await import('longread')).createEngine(options);
    this.deleting = undefined;
    new DropTarget(this, (dropped) => this.#onDropped(dropped));
  }

  /** What the element is doing. */
  get phase(): Phase {
    return this.#session.state.phase;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { phase, info } = this.#session.state;
    if (this.hasUpdated && phase === 'idle' && !info) void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element disconnects and connects it in one go; only a removal lets the engine go.
    queueMicrotask(() => {
      if (!this.isConnected) void this.#session.close();
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#hadFocus = this.#focused !== null;
    const hasNewEngine = changed.has('engine') && this.engine !== undefined;
    const hasNewModel = changed.has('model') && this.model !== '' && !this.engine;
    if (hasNewEngine || hasNewModel) void this.#begin();
    else if (changed.has('src') && this.#session.state.info) void this.#readSource();
  }

  protected override render(): TemplateResult {
    const { state } = this.#session;
    const { document } = state;
    return html`<div class="frame" part="frame">
      <slot name="heading"></slot>
      ${renderModel(state, this.model !== '', this.#actions)} ${renderMessages(state, this.#actions)}
      ${renderDocument(state, this.#actions)}
      ${document ? renderQuestion(state, this.question, this.#actions) : nothing}
      ${isBusy(state) ? renderProgress(state, this.#actions) : nothing} ${renderAnswers(state)}
      ${renderLibrary(state, this.#actions)} ${renderModels(state, this.#actions)}
      ${renderDeleteDialog(this.deleting, this.#onDeleteClosed)}
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('deleting') && this.deleting) openDeleteDialog(this.#byId('delete-dialog'));
    const { state } = this.#session;
    if (this.#loads === 0) this.#drops.readNext();
    const isJustOpened = state.document !== undefined && state.document !== this.#shown.document;
    this.#shown = state;
    if (!this.#hadFocus || (this.#focused !== null && !isJustOpened)) return;
    // What had focus is gone: go on with what the reader needs next.
    const next = isBusy(state) && !isJustOpened ? ['cancel'] : ['question', 'file', 'model-file'];
    next.flatMap((id) => this.#byId(id) ?? [])[0]?.focus();
  }

  readonly #actions: Actions = {
    loadModel: () => void this.#begin(),
    pickModel: (files) => void this.#loading(() => this.#session.load(files, this.engineFactory)),
    pickDocument: (file) => this.#whenReady(() => this.#session.read(file, file.name)),
    readText: (text) => this.#whenReady(() => this.#session.read(text, titleOf(text))),
    openDocument: (id) => this.#whenReady(() => this.#session.open(id)),
    deleteDocument: ({ id, title }) =>
      this.#whenReady(() => {
        const explanation =
          'What was read of it is removed from this browser. The file itself stays where it is.';
        this.deleting = { title, explanation, run: () => this.#session.delete(id) };
      }),
    deleteModel: ({ url }) =>
      this.#whenReady(() => {
        const explanation = 'It is removed from this browser, and fetched again when it is needed next.';
        this.deleting = { title: fileNameOf(url), explanation, run: () => this.#session.deleteModel(url) };
      }),
    ask: (question) => {
      this.question = question;
      if (question.trim() !== '') this.#whenReady(() => this.#session.ask(question.trim()));
    },
    cancel: () => {
      this.#drops.forget();
      this.#session.cancel();
    },
    skipTuning: () => this.#session.skipTuning(),
    dismissError: () => this.#session.dismissError(),
  };

  /** Model files are loaded where a model could be chosen; all else is for the session to read. */
  #onDropped(dropped: Dropped): void {
    const { models, folder, file, modelsInFolder } = dropped;
    const isIdle = this.#session.state.phase === 'idle';
    if (isIdle && models.length > 0) this.#actions.pickModel(models);
    else if (isIdle && folder !== undefined && file === undefined)
      void modelsInFolder()
        .catch(() => []) // a folder that cannot be read is refused as any other
        .then((inside) => (inside.length > 0 ? this.#actions.pickModel(inside) : this.#drops.take(dropped)));
    else this.#drops.take(dropped);
  }

  readonly #onDeleteClosed = (isConfirmed: boolean): void => {
    const { deleting } = this;
    this.deleting = undefined;
    if (isConfirmed && deleting) this.#whenReady(deleting.run);
  };

  async #begin(): Promise<void> {
    const { engine, model, engineFactory } = this;
    const isWaitingRead = await this.#loading(async () => {
      if (engine) await this.#session.use(engine);
      else if (model !== '') await this.#session.load(model, engineFactory);
    });
    if (!isWaitingRead) await this.#readSource();
  }

  /** Loads, then reads what was dropped meanwhile; true when there was something. */
  async #loading(load: () => Promise<void>): Promise<boolean> {
    this.#loads++;
    await load();
    this.#loads--;
    return this.#drops.readNext();
  }

  async #readSource(): Promise<void> {
    if (this.src !== '' && this.#session.state.info) await this.#session.readUrl(this.src);
  }

  /** Buttons that cannot be used now stay focusable, so what they do is checked here. */
  #whenReady(action: () => Promise<void> | void): void {
    if (this.phase === 'ready') void action();
  }

  get #focused(): Element | null {
    return this.shadowRoot?.activeElement ?? null;
  }

  #byId(id: string): HTMLElement | null {
    return this.shadowRoot?.getElementById(id) ?? null;
  }
}

/** First line of a pasted text, cut. */
function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || 'Pasted text';
}

customElements.define('long-read', LongReadElement);

declare global {
  interface HTMLElementTagNameMap {
    'long-read': LongReadElement;
  }
}
