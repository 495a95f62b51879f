// What a page can set of <long-read>, as attributes and properties, and what holds where it sets nothing.
import { LitElement } from 'lit';
import type { Engine, PresetName, StrategyName } from 'longread';
import type { QuestionOptions } from './reader-actions.ts';
import type { EngineFactory } from './session/state.ts';
import type { Strings } from './strings.ts';

/** The element without its life. */
export abstract class LongReadProperties extends LitElement {
  static override properties = {
    model: { type: String },
    preload: { type: String },
    src: { type: String },
    documentId: { type: String, attribute: 'document' },
    layout: { type: String },
    noLibrary: { type: Boolean, attribute: 'no-library' },
    share: { type: Boolean },
    question: { type: String },
    preset: { type: String },
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
  /** How deep documents are read, until a reader chooses another way; the engine's own when empty. */
  declare preset: PresetName | '';
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
    this.preset = '';
    this.strategy = '';
    this.maxNewTokens = 0;
    this.askOptions = {};
    this.strings = {};
    this.engine = undefined;
  }
}
