// What every view is given: the session's state, what the page shows of it, what a reader can do, and the words for it.
import type { citations } from '@longread/planner';
import type { nothing, TemplateResult } from 'lit';
import type { AskStats, DocumentManifest, EngineInfo, PresetName } from 'longread';
import type { Actions, PassageName, Tab } from './actions.ts';
import type { NumberedPassage } from './passages.ts';
import type { Exchange, SessionState, Together } from './session/state.ts';
import type { circumstancesHere, explain } from './shell/explain.ts';
import type { SourcePane } from './source/pane.ts';
import type { TextSource } from './source/text-source.ts';
import type { exchangeAsText, threadAsMarkdown } from './thread-text.ts';
import type { Words } from './words.ts';

/** What is to be deleted, and what follows from it. */
export interface Deletion {
  readonly title: string;
  readonly explanation: string;
  readonly run: () => Promise<void>;
}

/** What stands before and behind a passage in its text. */
export interface Surroundings {
  readonly before: string;
  readonly behind: string;
}

/** What the page shows of the session's state; nothing of the session depends on it. */
export interface Shows {
  readonly tab: Tab;
  /** The passage that is lit in the text. */
  readonly active: PassageName | undefined;
  /** Where in the text (0 to 1) the strip was last set to; none since a passage was lit. */
  readonly stripAt: number | undefined;
  /** What is in the question's field. */
  readonly draft: string;
  /** What the library is searched for. */
  readonly search: string;
  /** Id of the stored document of which it is shown what can be done with it. */
  readonly menu: string | undefined;
  /** Id of the stored document that is being given another title. */
  readonly renaming: string | undefined;
  /** How deep the next document is read; where none is chosen, as the page or the engine has it. */
  readonly preset: PresetName | undefined;
  /** The files of the open document are listed. */
  readonly hasFilesOpen: boolean;
  /** What the delete dialog asks about. */
  readonly deleting: Deletion | undefined;
  /** The sheet over a narrow page shows the passage that is lit, with this around it. */
  readonly sheet: Surroundings | undefined;
}

export const shownAtFirst: Shows = {
  tab: 'ask',
  active: undefined,
  stripAt: undefined,
  draft: '',
  search: '',
  menu: undefined,
  renaming: undefined,
  preset: undefined,
  hasFilesOpen: false,
  deleting: undefined,
  sheet: undefined,
};

/** What the first view does without (views/late.ts). */
export interface Late {
  readonly citations: typeof citations;
  readonly circumstancesHere: typeof circumstancesHere;
  readonly explain: typeof explain;
  readonly SourcePane: typeof SourcePane;
  readonly renderLibrary: (view: View) => TemplateResult | typeof nothing;
  readonly renderSource: (view: View, passages: readonly NumberedPassage[]) => TemplateResult;
  readonly renderThread: (view: View) => TemplateResult;
}

/** What nothing needs before there is a model (views/dialogs.ts). */
export interface Dialogs {
  readonly renderComposer: (view: View) => TemplateResult;
  readonly renderDepth: (view: View) => TemplateResult | typeof nothing;
  readonly renderFiles: (view: View) => TemplateResult | typeof nothing;
  readonly renderMenu: (manifest: DocumentManifest, isOpen: boolean, view: View) => TemplateResult;
  readonly renderTogether: (together: Together, view: View) => TemplateResult;
  readonly renderTogetherItems: (view: View) => TemplateResult | typeof nothing;
  readonly howItWasRead: (manifest: DocumentManifest, info: EngineInfo, words: Words) => readonly string[];
  readonly exchangeAsText: typeof exchangeAsText;
  readonly threadAsMarkdown: typeof threadAsMarkdown;
  readonly surroundingsOf: (text: TextSource, passage: NumberedPassage) => Promise<Surroundings>;
  readonly renderDialogs: (view: View, passages: readonly NumberedPassage[]) => TemplateResult;
  readonly openDialogs: (root: ShadowRoot, shows: Shows) => void;
}

/** What says how an answer came about (views/about.ts). */
export interface About {
  readonly renderAbout: (stats: AskStats, exchange: Exchange, view: View) => TemplateResult;
}

export interface View extends Shows {
  readonly state: SessionState;
  readonly actions: Actions;
  readonly words: Words;
  /** What the first view does without; there from the first engine on. */
  readonly late: Late | undefined;
  /** There once a model is. */
  readonly dialogs: Dialogs | undefined;
  /** There once a reader asked how an answer came about. */
  readonly about: About | undefined;
  /** A model can be loaded from where the page said. */
  readonly hasModelUrl: boolean;
  /** The page has a first view of its own, which says what is missing. */
  readonly hasWelcome: boolean;
  /** Stored documents are listed. */
  readonly hasLibrary: boolean;
  /** The element takes the whole window. */
  readonly isFull: boolean;
}

/** The answer whose passage is lit, else the newest. */
export function shownExchange(
  { exchanges }: SessionState,
  { active }: Pick<Shows, 'active'>,
): Exchange | undefined {
  return exchanges.find(({ id }) => id === active?.exchange) ?? exchanges.at(-1);
}
