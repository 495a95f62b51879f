// <long-read>: pick a document, ask, read the answer with its passages. This file holds methods and focus, properties.ts what a page
// can set; the session drives the engine, the views show its state. Text of documents and models enters the page as text only.
import type { PropertyValues, TemplateResult } from 'lit';
import type { Answer, DocumentSource, PresetName } from 'longread';
import { DropQueue } from './drops/queue.ts';
import { DropTarget } from './drops/target.ts';
import { LateParts } from './late-parts.ts';
import { LongReadProperties } from './properties.ts';
import { actionsOf, litPassages, titleOf, type QuestionOptions } from './reader-actions.ts';
import { askedOf } from './session/asked.ts';
import { isBusy, reportOf, type Phase, type SessionState } from './session/state.ts';
import { ReaderSession } from './session/session.ts';
import { allPassages, isSamePlace, passagesIn } from './passages.ts';
import type { SourcePane } from './source/pane.ts';
import { styles } from './styles/styles.ts';
import { shownAtFirst, type Shows } from './view.ts';
import { renderFrame } from './views/frame.ts';
import { Words } from './words.ts';

/**
 * Attributes and the properties of these names: `model` (URL of a model), `preload` (`none`: it is not loaded before it is asked for),
 * `src` (URL of a document, read when the model is ready), `document` (id of a stored one, property `documentId`), `layout` (`full`
 * takes the window, `compact` is one column), `no-library` (stored documents are not listed), `share` (one engine for all tabs of the site), `question` (first text of its field),
 * `preset` (how deep documents are read), `strategy`, `max-new-tokens`, and HTML's `lang`. Properties: `engine`, `engineFactory`, `strings`, `askOptions`.
 * Slots: `heading`, `actions` (the end of the bar), `welcome` (before the first document). Parts and custom properties: styles/.
 * Events: see LongReadEventMap.
 */
export class LongReadElement extends LongReadProperties {
  /** Lit's. */
  static override styles = styles;
  readonly #late = new LateParts(this);
  #shows: Shows = shownAtFirst;
  readonly #session = new ReaderSession(this, this.#late.load, this.#late.loadDialogs, () => this.#preset);
  #before: SessionState = this.#session.state; // of the last update
  #words: Words | undefined;
  /** Where the focus was before the update. */
  #hadFocus: 'nowhere' | 'source' | 'elsewhere' = 'nowhere';
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

  /**
   * Opens stored documents to be asked as one, which reads nothing again: by default all that were read in the engine's own preset.
   * Resolves when it is over, and failures are events.
   */
  openTogether(ids?: readonly string[]): Promise<void> {
    return this.#session.together.open(ids);
  }

  /** Asks what is open: a document, or several together. Resolves with the answer, or with nothing where there is none: failures are events. */
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
    const inSource = this.#focused?.closest('#source') ? 'source' : 'elsewhere';
    this.#hadFocus = this.#focused ? inSource : 'nowhere';
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
    const shows = { ...this.#shows, preset: this.#preset };
    const view = { ...shows, ...flags, state, actions: this.#actions, words, late, dialogs, about };
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
    const lit = passagesIn(state.text, litPassages(state, this.#shows));
    this.#source?.light(lit.map((each) => ({ ...each, isActive: each.number === active?.number })));
    const pane = this.renderRoot.querySelector('.thread');
    if (state.exchanges.length !== before.exchanges.length && pane) pane.scrollTop = pane.scrollHeight;
    const { document, together } = state;
    const isNew = document !== before.document || together !== before.together;
    this.#moveFocus(isNew && askedOf(state) !== undefined);
  }

  /** What had focus is gone, or hidden with the pane that it is in: go on with what the reader needs next. */
  #moveFocus(isJustOpened: boolean): void {
    const isThere = this.#focused?.checkVisibility() ?? false;
    if (this.#hadFocus === 'nowhere' || (isThere && !isJustOpened)) return;
    const isWaiting = isBusy(this.#session.state) && !isJustOpened;
    const isReading = this.#hadFocus === 'source' && !isJustOpened;
    const next = [...(isReading ? ['source'] : []), 'question', 'tab-text', 'file', 'model-file'];
    const ids = isWaiting ? ['cancel'] : next;
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
    const best = allPassages(newest.evidence).find((each) => isSamePlace(each, first));
    this.#session.together.show(best?.document?.id);
    this.#show({ active: best && { exchange: newest.id, number: best.number }, stripAt: undefined });
  }

  #show(change: Partial<Shows>): void {
    this.#shows = { ...this.#shows, ...change };
    this.requestUpdate();
  }

  get #preset(): PresetName | undefined {
    return this.#shows.preset ?? (this.preset === '' ? undefined : this.preset);
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
    const { phase, text } = this.#session.state;
    const isOpen = askedOf(this.#session.state) !== undefined;
    const isReading = phase === 'reading' && !isOpen && text !== undefined;
    if (asked === '' || (!isReading && (phase !== 'ready' || !isOpen))) return;
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
