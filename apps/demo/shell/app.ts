// What happens between a visit and a document: looks whether a model can run and is kept, asks before one is fetched, loads it through
// the element, and then does what the reader had chosen. Draws nothing.
import type { ErrorReport, LongReadElement } from '@longread/element';
import { circumstancesHere, explain, reportOf, type Explanation } from '@longread/element/explain';
import { createEngine, listKept, planModel, recommendModels } from 'longread';
import type { AnswerWith, Engine, EngineOptions, Kept, ModelPlan, Progress } from 'longread';
import { shell, type Say } from './copy.ts';
import { choiceRecommended, nameOf, type ModelChoice } from './model-choice.ts';
import { answerTokens, keepPreferences, loadPreferences, type Preferences } from './preferences.ts';
import { openSample, type Sample } from './sample.ts';
import type { OwnServer } from './server.ts';

/** `looking`: nothing is known yet. `asking`: a model has to be chosen or agreed to. `unable`: this browser runs none. */
export type Step = 'looking' | 'asking' | 'unable' | 'loading' | 'ready';

export interface AppState {
  readonly step: Step;
  readonly model: ModelChoice;
  readonly preferences: Preferences;
  /** Undefined until it was looked at, and where the browser keeps nothing. */
  readonly kept: Kept | undefined;
  /** In the order in which they suit this device; none until somebody looks for one. */
  readonly recommended: readonly ModelChoice[];
  /** Of what is being loaded or read. */
  readonly progress: Progress | undefined;
  /** What is done as soon as the model is there, in words; empty when nothing waits. */
  readonly waiting: string;
  /** Why this browser runs no model; none where it may. */
  readonly unable: ErrorReport | undefined;
  /** What went wrong outside the element, in words; empty when nothing did. */
  readonly failure: string;
  /** Writes the answers in place of the model; kept in memory only. */
  readonly server: OwnServer | undefined;
  /** Takes a newer version of the page that waits. */
  readonly useNewer: (() => void) | undefined;
}

interface Then {
  readonly title: string;
  readonly run: (engine: Engine) => Promise<void>;
}

export class App extends EventTarget {
  readonly element: LongReadElement;
  /** Offered where there is one. */
  readonly sample: Sample | undefined;
  /** The model that comes with the page. */
  readonly packaged: ModelChoice;
  state: AppState;
  /** Of the model that is loaded. */
  engine: Engine | undefined;
  #then: Then | undefined;
  #files: readonly File[] = [];
  #loads = 0;
  #hasRecommended = false;
  /** The reader has begun: where it could not be done, it is done as soon as it can. */
  #isWanted = false;

  constructor(element: LongReadElement, packaged: ModelChoice, sample: Sample | undefined) {
    super();
    this.element = element;
    this.packaged = packaged;
    this.sample = sample;
    const preferences = loadPreferences();
    this.state = {
      step: 'looking',
      model: this.#modelOf(preferences),
      preferences,
      kept: undefined,
      recommended: [],
      progress: undefined,
      waiting: '',
      unable: undefined,
      failure: '',
      server: undefined,
      useNewer: undefined,
    };
    // Its words are this page's: in another language all is drawn again.
    let words = this.words;
    element.addController({
      hostUpdated: () => {
        if (words === this.words) return;
        words = this.words;
        this.#set({});
      },
    });
    element.engineFactory = (options) => this.#create(options);
    element.addEventListener('longread-ready', () => void this.#onReady());
    element.addEventListener('longread-progress', ({ detail }) => this.#set({ progress: detail }));
    element.addEventListener('longread-error', ({ detail }) => {
      if (detail.code === 'WebGpuUnavailable') this.#set({ step: 'unable', unable: detail });
      // A script of the element did not come, so it made no engine.
      else if (detail.details?.reason === 'script') this.#set({ step: 'asking', waiting: '' });
    });
    // The element keeps what is dropped until it can be read; a drop says that the reader wants to begin.
    element.addEventListener('drop', (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      const isModel = files.some(({ name }) => /\.(?:gguf|safetensors)$/i.test(name));
      if (files.length === 0 || isModel) return;
      if (this.state.step === 'unable') this.#isWanted = true;
      if (this.state.step === 'asking') this.load();
    });
    this.#apply();
  }

  /** Writes numbers, sizes and what the element says, in its language. */
  get words(): LongReadElement['words'] {
    return this.element.words;
  }

  readonly say: Say = (key, values) => this.words.sayOf(shell, key, values);

  /** What happened and what to do, in words; of a file, document or model, where it is about one. */
  failureOf(error: unknown, about?: string): string {
    const report = { ...reportOf(error), ...(about !== undefined && { about }) };
    const { sentence, remedy } = this.explain(report);
    return `${sentence} ${remedy}`;
  }

  explain(report: ErrorReport): Explanation {
    return explain(report, circumstancesHere(), this.words);
  }

  /** Looks at this browser, and loads the model if that needs no download. */
  async look(): Promise<void> {
    this.#set({ step: 'looking' });
    const gpu = 'gpu' in navigator ? navigator.gpu : undefined;
    const [adapter, kept] = await Promise.all([
      gpu?.requestAdapter().catch(() => null),
      listKept().catch(() => undefined), // a browser that keeps nothing has nothing kept
    ]);
    this.#set({ kept, unable: undefined });
    if (!adapter) this.#set({ step: 'unable', unable: missing(gpu) });
    else if (this.isKept(this.state.model) || this.#then || this.#isWanted) this.load();
    else this.#set({ step: 'asking' });
  }

  isKept({ source }: ModelChoice): boolean {
    try {
      return this.state.kept?.has(source) ?? false;
    } catch {
      return false; // what is no address is kept nowhere
    }
  }

  /** The reader agrees to the model, and wants this then. */
  chooseFile(file: File): void {
    this.#whenReady({ title: file.name, run: () => this.element.read(file, file.name) });
  }

  chooseSample(): void {
    const { sample } = this;
    if (!sample) return;
    this.#whenReady({ title: sample.title, run: (engine) => openSample(sample, engine, this.element) });
  }

  /** Goes on with another model, which stays the chosen one. */
  use(model: ModelChoice): void {
    this.#files = [];
    this.prefer({ model: model.source === this.packaged.source ? '' : model.source });
    this.#set({ model });
    this.load();
  }

  /** Goes on with a model of the reader's own, for as long as the page is open. */
  useFiles(files: readonly File[]): void {
    const [first] = files;
    if (!first) return;
    this.#files = files;
    this.#set({ model: { source: '', name: nameOf(first.name), sizeBytes: 0 } });
    this.load();
  }

  load(): void {
    this.#isWanted = true;
    this.#set({ step: 'loading', progress: undefined });
    // Another address each time: the same one would change nothing.
    this.element.model = `${this.state.model.name}#${++this.#loads}`;
  }

  prefer(change: Partial<Preferences>): void {
    const preferences = { ...this.state.preferences, ...change };
    keepPreferences(preferences);
    this.#set({ preferences });
    this.#apply();
  }

  /** What a model would take, from its header alone. @throws NetworkError | ModelFormatError */
  plan({ source }: ModelChoice): Promise<ModelPlan> {
    return this.engine ? this.engine.plan(source) : planModel(source);
  }

  /** Sends questions and their passages there from now on, or nowhere. */
  answerOn(server: OwnServer | undefined): void {
    this.#set({ server });
    this.#apply();
  }

  tellNewer(useNewer: () => void): void {
    this.#set({ useNewer });
  }

  /** Looks once which of the recommended models this device holds, which asks no network. */
  async recommend(): Promise<void> {
    if (this.#hasRecommended) return;
    this.#hasRecommended = true;
    const found = await recommendModels().catch(() => undefined); // a device that was lost meanwhile
    const isOther = ({ source }: ModelChoice) => !source.includes(`/${this.packaged.name}`);
    if (found) this.#set({ recommended: found.models.map(choiceRecommended).filter(isOther) });
    else this.#hasRecommended = false;
  }

  /** Looks again at what is kept. */
  async refresh(): Promise<void> {
    this.#set({ kept: await listKept().catch(() => undefined) });
  }

  async #create(options: EngineOptions): Promise<Engine> {
    const { model, source } = { model: options.model, source: this.state.model.source };
    const isOurs = typeof model === 'string' && model.endsWith(`#${this.#loads}`);
    const chosen = !isOurs ? model : this.#files.length > 0 ? this.#files : source;
    this.#set({ step: 'loading' });
    try {
      this.engine = undefined;
      const share = options.share === true && typeof chosen === 'string';
      const engine = await createEngine({ ...options, model: chosen, share });
      this.engine = engine;
      return engine;
    } catch (error) {
      // What was to be opened waits for graphics: the reader may switch them on.
      if (reportOf(error).code === 'WebGpuUnavailable') throw error;
      this.#then = undefined;
      this.#isWanted = false;
      this.#set({ step: 'asking', waiting: '' });
      throw error;
    }
  }

  async #onReady(): Promise<void> {
    this.#isWanted = false;
    this.#set({ step: 'ready', progress: undefined, waiting: '' });
    const then = this.#then;
    this.#then = undefined;
    if (then && this.engine) await this.#run(then, this.engine);
    await this.refresh();
  }

  /** What fails in the element is told there; the rest here. */
  async #run(then: Then, engine: Engine): Promise<void> {
    this.#set({ failure: '' });
    try {
      await then.run(engine);
    } catch (error) {
      this.#set({ failure: this.failureOf(error, then.title) });
    }
  }

  #whenReady(then: Then): void {
    if (this.state.step === 'ready' && this.engine) {
      void this.#run(then, this.engine);
      return;
    }
    this.#then = then;
    this.#set({ waiting: then.title });
    if (this.state.step === 'asking') this.load();
  }

  #modelOf({ model }: Preferences): ModelChoice {
    return model === '' ? this.packaged : { source: model, name: nameOf(model), sizeBytes: 0 };
  }

  #apply(): void {
    const { theme, textSize } = this.state.preferences;
    document.documentElement.style.colorScheme = theme === 'auto' ? 'light dark' : theme;
    document.documentElement.dataset.text = textSize;
    const {
      server,
      preferences: { answerLength },
    } = this.state;
    this.element.maxNewTokens = answerTokens[answerLength];
    this.element.askOptions = server ? { answerWith: ofServer(server) } : {};
  }

  #set(change: Partial<AppState>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event('change'));
  }
}

/** As the engine would say it, which is not asked here: it comes with a model alone. */
function missing(gpu: GPU | undefined): ErrorReport {
  const api = gpu ? 'requestAdapter' : 'navigator.gpu';
  return { code: 'WebGpuUnavailable', message: '', details: { api } };
}

function ofServer({ url, model, apiKey }: OwnServer): AnswerWith {
  return { url, model, ...(apiKey !== '' && { apiKey }) };
}
