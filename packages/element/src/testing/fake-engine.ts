// An engine without a model, for the element's tests.
import type {
  Answer,
  AnswerPiece,
  AnswerStream,
  AskOptions,
  CallOptions,
  Chat,
  Documents,
  Engine,
  EngineInfo,
  Models,
  Turn,
  DocumentManifest,
  DocumentSet,
  DocumentPlan,
  DocumentSource,
  Evidence,
  IngestOptions,
  LongreadDocument,
  Progress,
  StoredModel,
} from 'longread';
import { evidence, info, memory } from './fake-facts.ts';
import { FakeWork } from './fake-work.ts';
import { makeManifest } from './stored.ts';
import { typedError } from '../session/state.ts';
import { text } from './fake-text.ts';

/** What the element does not ask of an engine. */
const refused = () => Promise.reject(typedError('InvalidInput', 'The fake engine does no such thing.'));

export class FakeEngine extends FakeWork implements Engine {
  stored: DocumentManifest[] = [];
  storedModels: StoredModel[] = [];
  /** What came with each text. */
  readonly given: IngestOptions[] = [];
  /** What came before each question. */
  readonly histories: (readonly Turn[])[] = [];
  pieces: readonly string[] = ['Captain ', 'Ahab, ', 'of the <b>Pequod</b>.'];
  /** Of every document. */
  notes: readonly string[] = [];
  text = text;
  /** Of every answer, as what follows. */
  evidence: readonly Evidence[] = evidence;
  gathered: Answer['gathered'] = [
    { start: 3000, end: 3040 },
    { start: 12_345, end: 12_890 },
    { start: 45_000, end: 45_100 },
    { start: 120_000, end: 123_000 },
  ];
  curve: Answer['curve'] = { lowest: 0.5, highest: 4, levels: [30, 255, 90, 0, 10, 20, 120, 5] };
  thought: string | undefined;
  support: Answer['support'] = { verdict: 'found', words: 1, match: 9 };
  /** What an answer reports. */
  phase: Progress['phase'] = 'decode';
  /** What was read of a document whose reading is stopped is stored. */
  keepsBegun = false;
  readonly #listeners = new Set<Parameters<Documents['onChange']>[0]>();

  readonly documents: Documents = {
    list: () => Promise.resolve([...this.stored]),
    open: async (id, options) => {
      this.calls.push(`open ${id}`);
      await this.work('compress', options);
      const manifest = this.stored.find((candidate) => candidate.id === id);
      if (!manifest) throw typedError('InvalidInput', `No document ${id}.`);
      return this.#document(manifest, true);
    },
    together: async (ids = this.stored.map(({ id }) => id), options = {}) => {
      this.calls.push(`together ${ids.join(' ')}`);
      await this.work('open', options);
      const documents = this.stored.filter(({ id }) => ids.includes(id));
      if (documents.length < ids.length)
        throw typedError('InvalidInput', `No document among ${ids.join(' ')}.`);
      return this.#set(documents);
    },
    rename: (id, title) => {
      this.calls.push(`rename ${id}`);
      this.stored = this.stored.map((each) => (each.id === id ? { ...each, title } : each));
      return Promise.resolve(makeManifest(id, title));
    },
    delete: (id) => {
      this.calls.push(`delete ${id}`);
      this.stored = this.stored.filter((manifest) => manifest.id !== id);
      return Promise.resolve();
    },
    usage: () => Promise.reject(typedError('InvalidInput', 'The fake engine has no store.')),
    evict: () => Promise.resolve([]),
    export: () => Promise.resolve(new Blob(['exported']).stream()),
    import: (source) => {
      const title = source instanceof File ? source.name.replace('.longread', '') : 'Imported';
      const manifest = makeManifest(title, title);
      this.stored = [manifest, ...this.stored];
      return Promise.resolve(manifest);
    },
    onChange: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  readonly models: Models = {
    list: () => Promise.resolve([...this.storedModels]),
    delete: (url) => {
      this.calls.push(`delete ${String(url)}`);
      this.storedModels = this.storedModels.filter((model) => model.url !== url);
      return Promise.resolve();
    },
  };

  readonly chat: Chat = {
    completions: {
      create: (): Promise<never> =>
        Promise.reject(typedError('InvalidInput', 'The fake engine takes no chat requests.')),
    },
  };

  async ingest(source: DocumentSource, options: IngestOptions = {}): Promise<LongreadDocument> {
    const title = options.title ?? 'untitled';
    this.calls.push(`ingest ${title}`);
    this.given.push(options);
    const begun = this.stored.find((manifest) => manifest.title === title && manifest.state === 'reading');
    this.stored = this.stored.filter((manifest) => manifest !== begun);
    const id = begun?.id ?? `id-${this.stored.length}`;
    const { fingerprint = '' } = info.presets.find(({ name }) => name === options.preset) ?? {};
    try {
      await this.work('compress', options);
    } catch (error) {
      if (this.keepsBegun)
        this.stored = [makeManifest(id, title, { state: 'reading', fingerprint }), ...this.stored];
      throw error;
    }
    const manifest = makeManifest(id, title, { numChars: this.text.length, fingerprint });
    this.stored = [manifest, ...this.stored];
    return this.#document(manifest, false);
  }

  /** What another tab does. */
  storeElsewhere(id: string): void {
    this.stored = [makeManifest(id, id), ...this.stored];
    for (const listener of this.#listeners) listener({ id, kind: 'stored' });
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  countTokens(text: string): Promise<number> {
    return Promise.resolve(text.split(/\s+/).length);
  }

  plan = ((of: { readonly tokens: number; readonly preset: 'skim' | 'read' | 'study' }) => {
    const layers = info.presets.find(({ name }) => name === of.preset)?.exitLayer ?? 0;
    const plan: DocumentPlan = {
      ...{ kind: 'document', tokens: of.tokens, gpuBytes: 1e6, fits: true },
      ...{ storageBytes: of.tokens * layers * 50, readSeconds: (of.tokens * layers) / 1000 },
    };
    return Promise.resolve(plan);
  }) as Engine['plan'];

  info(): Promise<EngineInfo> {
    return Promise.resolve(info);
  }

  measureHeads(): Promise<never> {
    return Promise.reject(typedError('InvalidInput', 'The fake engine has no heads.'));
  }

  onDeviceLost(): () => void {
    return () => undefined;
  }

  dispose(): Promise<void> {
    this.calls.push('dispose');
    return Promise.resolve();
  }

  async #gathering(
    of: DocumentManifest,
    { start, end }: { readonly start: number; readonly end: number },
    isBack: boolean,
    options: CallOptions = {},
  ): Promise<void> {
    this.calls.push(`${isBack ? 'restore' : 'remove'} ${start} ${end}`);
    await this.work('open', options);
    const others = of.removed?.filter(({ firstChar }) => firstChar !== start) ?? [];
    const out = { firstToken: 0, endToken: 0, firstChar: start, endChar: end };
    Object.assign(of, { removed: isBack ? others : [...others, out] });
  }

  #document(manifest: DocumentManifest, opened: boolean): LongreadDocument {
    return {
      manifest,
      opened,
      notes: this.notes,
      phases: [{ name: opened ? 'open' : 'compress', ms: 34_000, tokens: manifest.numTokens }],
      memory,
      text: (start = 0, end = manifest.numChars) => Promise.resolve(this.text.slice(start, end)),
      outline: () => Promise.resolve([]),
      contextUsage: refused,
      remove: (range, options) => this.#gathering(manifest, range, false, options),
      restore: (range, options) => this.#gathering(manifest, range, true, options),
      reread: (preset, options) => {
        this.calls.push(`reread ${manifest.id} ${preset}`);
        return this.ingest(this.text, { ...options, preset, title: manifest.title });
      },
      ask: (question, options) => this.#answer(question, options),
      export: () => Promise.resolve(new ReadableStream()),
      conversation: () => ({ turns: [], ask: (question, options) => this.#answer(question, options) }),
      append: async (source, options = {}) => {
        this.calls.push(`append ${typeof source === 'string' ? source : 'a file'}`);
        this.given.push(options);
        await this.work('compress', options);
        return [];
      },
      close: () => {
        this.calls.push(`close ${manifest.id}`);
        return Promise.resolve();
      },
    };
  }

  /** Passages are of each in turn. */
  #set(documents: readonly DocumentManifest[]): DocumentSet {
    const named = <R extends object>(range: R, index: number): R => {
      const { id = '', title = '' } = documents[index % documents.length] ?? {};
      return { ...range, document: { id, title } };
    };
    const ask = (question: string, options?: AskOptions): AnswerStream =>
      this.#answer(question, options, {
        evidence: this.evidence.map((passage, index) => {
          const { document, ...each } = named(passage, index);
          return { ...each, document, place: { ...each.place, file: document?.title } } as Evidence;
        }),
        gathered: this.gathered.map(named),
      });
    return {
      ...{ documents, memory, ask, contextUsage: refused },
      phases: [{ name: 'open', ms: 20, tokens: 0 }],
      conversation: () => ({ turns: [], ask }),
      text: (id, start = 0, end = this.text.length) => {
        this.calls.push(`text ${id}`);
        return Promise.resolve(this.text.slice(start, end));
      },
      close: () => {
        this.calls.push(`close ${documents.map(({ id }) => id).join(' ')}`);
        return Promise.resolve();
      },
    };
  }

  #answer(
    question: string,
    options: AskOptions = {},
    { evidence: found, gathered }: Pick<Answer, 'evidence' | 'gathered'> = this,
  ): AnswerStream {
    this.calls.push(`ask ${question}`);
    this.histories.push(options.history ?? []);
    const { pieces: answered } = this;
    const work = (): Promise<void> => this.work(this.phase, options);
    async function* stream(): AsyncGenerator<AnswerPiece> {
      for (const [index, text] of answered.entries()) {
        if (index === 1) await work();
        yield { text };
      }
    }
    const answer: Answer = {
      text: answered.join(''),
      ...(this.thought !== undefined && { thought: this.thought }),
      evidence: found,
      gathered,
      curve: this.curve,
      support: this.support,
      finish: 'stop',
      stats: {
        strategy: options.strategy ?? 'reform',
        adapter: 'Fake adapter',
        gatheredTokens: 1024,
        promptTokens: 1060,
        generatedTokens: 9,
        historyTurns: 0,
        phases: [
          { name: 'gather', ms: 312, tokens: 1024 },
          { name: 'recompute', ms: 5120, tokens: 1024 },
        ],
        gpuBytesPeak: 0,
        memory,
      },
    };
    return {
      [Symbol.asyncIterator]: stream,
      evidence: () => Promise.resolve(answer.evidence),
      found: () => Promise.resolve(answer),
      result: () => Promise.resolve(answer),
    };
  }
}
