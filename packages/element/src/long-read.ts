// <long-read>: pick a document, ask, read the answer with its passages. This file holds properties, methods and focus; the session
// drives the engine, the views show its state. Text of documents and models enters the page as text only.
import { LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { Answer, DocumentSource, Engine, StrategyName } from 'longread';
import { DropQueue } from './drops/queue.ts';
import { DropTarget } from './drops/target.ts';
import { LateParts } from './late-parts.ts';
import { actionsOf, litPassages, titleOf, type QuestionOptions } from './reader-actions.ts';
import { isBusy, reportOf, type EngineFactory, type Phase, type SessionState } from './session/state.ts';
import { ReaderSession } from './session/session.ts';
import { allPassages } from './passages.ts';
import type { SourcePane } from './source/pane.ts';
import type { Strings } from './strings.ts';
import { styles } from './styles/styles.ts';
import { shownAtFirst, type Shows } from './view.ts';
import { renderFrame } from './views/frame.ts';
import { Words } from './words.ts';

/**
 * Attributes and the properties of these names: `model` (URL of a model), `preload` (`none`: it is not loaded before it is asked for),
 * `src` (URL of a document, read when the model is ready), `document` (id of a stored one, property `documentId`), `layout` (`full`
 * takes the window, `compact` is one column), `no-library` (stored documents are not listed), `share` (one engine for all tabs of the site), `question` (first text of its field),
 * `strategy`, `max-new-tokens`, and HTML's `lang`. Properties: `engine`, `engineFactory`, `strings`, `askOptions`.
 * Slots: `heading`, `actions` (the end of the bar), `welcome` (before the first document). Parts and custom properties: styles/.
 * Events: see LongReadEventMap.
 */
export class LongReadElement extends LitElement {
  /** Lit's. */
  static override styles = styles;
  static override properties = {
    model: { type: String },
    preload: { type: String },
    src: { type: String },
    documentId: { type: String, attribute: 'document' },
    layout: { type: String },
    noLibrary: { type: Boolean, attribute: 'no-library' },
    share: { type: Boolean },
    question: { type: String },
    strategy: { type: String },
    maxNewTokens: { type: Number, attribute: 'max-new-tokens' },
    lang: { type: String },
    askOptions: { attribute: false },
    strings: { attribute: false },
    engine: { attribute: false },
    engineFactory: { attribute: false },
  };

  declare model: string;
  declare preload: 'auto' | 'none';
  declare src: string;
  declare documentId: string;
  declare layout: 'full' | 'compact';
  declare noLibrary: boolean;
  /** Tabs that say so, with the same model and in the same browser, have one engine: see `share` of `createEngine`. */
  declare share: boolean;
  declare question: string;
  /** The engine's own choice when empty. */
  declare strategy: StrategyName | '';
  /** The engine's own choice when 0. */
  declare maxNewTokens: number;
  /** Of every question, beside what the attributes say. */
  declare askOptions: QuestionOptions;
  /** Copy in another language, or other copy; what is missing stays English. */
  declare strings: Strings;
  /** An engine that the page made; it stays the page's to dispose. */
  declare engine: Engine | undefined;
  /** Makes the engine for `model`; `createEngine` of the package `longread` by default. */
  declare engineFactory: EngineFactory;

  readonly #late = new LateParts(this);
  readonly #session = new ReaderSession(this, this.#late.load, this.#late.loadDialogs);
  #shows: Shows = shownAtFirst;
  #before: SessionState = this.#session.state; // of the last update
  #words: Words | undefined;
  #hadFocus = false;
  readonly #drops = new DropQueue(this.#session, () => this.words);
  #source: SourcePane | undefined;
  readonly #actions = actionsOf({
    session: this.#session,
    source: () => this.#source,
    late: this.#late,
    words: () => this.words,
    engineFactory: () => this.engineFactory,
    askOptions: () => this.#askOptions,
    shows: () => this.#shows,
    show: (change) => this.#show(change),
    begin: () => void this.#begin(),
    loading: (load) => void this.#loading(load),
    ask: (question) => void this.#ask(question),
    cancel: () => this.cancel(),
    hideLibrary: () => this.#hideLibrary(),
    hasTabs: () => this.renderRoot.querySelector('.tabs')?.checkVisibility() ?? false,
  });
  #loads = 0; // that run

  constructor() {
    super();
    this.model = '';
    this.preload = 'auto';
    this.src = '';
    this.documentId = '';
    this.layout = 'compact';
    this.noLibrary = false;
    this.share = false;
    this.question = '';
    this.strategy = '';
    this.maxNewTokens = 0;
    this.askOptions = {};
    this.strings = {};
    this.engine = undefined;
    this.engineFactory = this.#late.createEngine;
    new DropTarget(this, (dropped) => this.#drops.give(dropped, this.#actions.pickModel));
  }

  /** What the element is doing. */
  get phase(): Phase {
    return this.#session.state.phase;
  }

  /** What it says, in the language of its place in the page. */
  get words(): Words {
    const lang = this.closest('[lang]')?.getAttribute('lang') ?? 'en';
    const { strings } = this;
    if (!this.#words?.isFor(lang, strings)) this.#words = new Words(lang, strings);
    return this.#words;
  }

  /** Reads a document and opens it; one that was read before is opened. Resolves when it is over, and failures are events. */
  read(source: DocumentSource, title = titleOf(source, this.words)): Promise<void> {
    return this.#session.reading.read(source, title);
  }

  /** Opens a stored document. Resolves when it is over, and failures are events. */
  open(id: string): Promise<void> {
    return this.#session.reading.open(id);
  }

  /** Asks the open document. Resolves with the answer, or with nothing where there is none: failures are events. */
  async ask(question: string): Promise<Answer | undefined> {
    let answer: Answer | undefined;
    const onAnswer = (event: CustomEvent<Answer>): void => void (answer = event.detail);
    this.addEventListener('longread-answer', onAnswer);
    await this.#ask(question);
    this.removeEventListener('longread-answer', onAnswer);
    return answer;
  }

  /** Stops what is running, and forgets what was dropped meanwhile. What was read of a document stays. */
  cancel(): void {
    this.#drops.forget();
    this.#session.cancel();
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
      if (this.isConnected) return;
      this.#source?.dispose();
      void this.#session.close();
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#hadFocus = this.#focused !== null;
    const { state } = this.#session;
    const hasNewEngine = changed.has('engine') && this.engine !== undefined;
    const hasNewModel = changed.has('model') && this.model !== '' && !this.engine && this.preload !== 'none';
    if (changed.has('question')) this.#show({ draft: this.question });
    if (hasNewEngine || hasNewModel) void this.#begin();
    else if ((changed.has('src') || changed.has('documentId')) && state.info) void this.#readSource();
    if (state.exchanges !== this.#before.exchanges) this.#lightNewest(state);
  }

  protected override render(): TemplateResult {
    const [words, { state }] = [this.words, this.#session];
    const flags = {
      hasModelUrl: this.model !== '',
      hasWelcome: this.querySelector(':scope > [slot=welcome]') !== null,
      hasLibrary: !this.noLibrary,
      isFull: this.layout === 'full',
    };
    const { now: late, dialogs, about } = this.#late;
    const view = { ...this.#shows, ...flags, state, actions: this.#actions, words, late, dialogs, about };
    return renderFrame(view, litPassages(state, this.#shows));
  }

  protected override updated(): void {
    const { active } = this.#shows;
    const { state } = this.#session;
    const late = this.#late.now;
    if (!late && this.layout === 'full') this.#late.prepare(); // is about to be needed
    if (this.shadowRoot) this.#late.dialogs?.openDialogs(this.shadowRoot, this.#shows);
    if (this.#loads === 0) this.#drops.readNext();
    const before = this.#before;
    this.#before = state;
    if (late) this.#source ??= new late.SourcePane((error) => this.#onTextFailed(error));
    this.#source?.show(state.text, this.#byId('source'), this.#byId('source-text'));
    const lit = litPassages(state, this.#shows);
    this.#source?.light(lit.map((each) => ({ ...each, isActive: each.number === active?.number })));
    const pane = this.renderRoot.querySelector('.thread');
    if (state.exchanges.length !== before.exchanges.length && pane) pane.scrollTop = pane.scrollHeight;
    this.#moveFocus(state.document !== undefined && state.document !== before.document);
  }

  /** What had focus is gone, or hidden with the pane that it is in: go on with what the reader needs next. */
  #moveFocus(isJustOpened: boolean): void {
    const isThere = this.#focused?.checkVisibility() ?? false;
    if (!this.#hadFocus || (isThere && !isJustOpened)) return;
    const isWaiting = isBusy(this.#session.state) && !isJustOpened;
    const ids = isWaiting ? ['cancel'] : ['question', 'tab-text', 'file', 'model-file'];
    ids
      .flatMap((id) => this.#byId(id) ?? [])
      .find((each) => each.checkVisibility())
      ?.focus();
  }

  /** As soon as the passages of a new answer are known, the best of them is lit. */
  #lightNewest({ exchanges }: SessionState): void {
    const newest = exchanges.at(-1);
    const before = this.#before.exchanges.at(-1);
    if (!newest) this.#show({ active: undefined, stripAt: undefined });
    const isNew = (newest?.id !== before?.id || !before?.evidence) && !this.#shows.sheet;
    if (!newest?.evidence || newest.end !== undefined || !isNew) return;
    const [first] = newest.evidence;
    const best = allPassages(newest.evidence).find(({ start }) => start === first?.start);
    this.#show({ active: best && { exchange: newest.id, number: best.number }, stripAt: undefined });
  }

  #show(change: Partial<Shows>): void {
    this.#shows = { ...this.#shows, ...change };
    this.requestUpdate();
  }

  get #askOptions(): QuestionOptions {
    const { strategy, maxNewTokens } = this;
    return {
      ...this.askOptions,
      ...(strategy !== '' && { strategy }),
      ...(maxNewTokens > 0 && { maxNewTokens }),
    };
  }

  async #ask(question: string): Promise<void> {
    const asked = question.trim();
    const { phase, document, text } = this.#session.state;
    const isReading = phase === 'reading' && !document && text !== undefined;
    if (asked === '' || (!isReading && (phase !== 'ready' || !document))) return;
    this.#show({ draft: '' });
    if (isReading) await this.#session.askMeanwhile(asked, this.#askOptions);
    else await this.#session.asking.ask(asked, this.#askOptions);
  }

  #hideLibrary(): void {
    const library = this.#byId('library');
    if (library?.matches(':popover-open')) library.hidePopover();
  }

  #onTextFailed(error: unknown): void {
    const { code, message } = reportOf(error);
    if (code !== 'Closed') this.#session.refuse(this.words.say('textUnavailable', { reason: message }));
  }

  async #begin(): Promise<void> {
    const { engine, model, engineFactory } = this;
    const isWaitingRead = await this.#loading(async () => {
      if (engine) await this.#session.loading.use(engine);
      else if (model !== '') await this.#session.loading.load(model, engineFactory, this.share);
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
    if (!this.#session.state.info) return;
    if (this.documentId !== '') await this.#session.reading.open(this.documentId);
    else if (this.src !== '') await this.#session.reading.readUrl(this.src);
  }

  get #focused(): Element | null {
    return this.shadowRoot?.activeElement ?? null;
  }

  #byId(id: string): HTMLElement | null {
    return this.shadowRoot?.getElementById(id) ?? null;
  }
}
