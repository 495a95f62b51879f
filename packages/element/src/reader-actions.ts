// What a reader can do, done: each action on the session, the text's pane and what the page shows.
import type { AskOptions, DocumentSource } from 'longread';
import type { Actions } from './actions.ts';
import { copyText, saveText } from './browser.ts';
import { allPassages, type NumberedPassage } from './passages.ts';
import type { LateParts } from './late-parts.ts';
import { titleOfOpen } from './session/asked.ts';
import { reportOf, type EngineFactory, type SessionState } from './session/state.ts';
import type { ReaderSession } from './session/session.ts';
import type { SourcePane } from './source/pane.ts';
import { namesOf } from './drops/queue.ts';
import { shownExchange, type Deletion, type Dialogs, type Shows } from './view.ts';
import { fileNameOf, type Words } from './words.ts';

/** What a page may say of every question. */
export type QuestionOptions = Omit<AskOptions, 'signal' | 'onProgress' | 'history'>;

/** What the actions work on. */
export interface Page {
  readonly session: ReaderSession;
  source(): SourcePane | undefined;
  readonly late: LateParts;
  words(): Words;
  engineFactory(): EngineFactory;
  askOptions(): QuestionOptions;
  shows(): Shows;
  show(change: Partial<Shows>): void;
  /** Loads the model that the page named. */
  begin(): void;
  /** Loads, then reads what was dropped meanwhile. */
  loading(load: () => Promise<void>): void;
  ask(question: string): void;
  cancel(): void;
  hideLibrary(): void;
  /** It is narrow: the text is behind a tab. */
  hasTabs(): boolean;
}

export function actionsOf(page: Page): Actions {
  const { session } = page;
  const refuse = (error: unknown): void => session.refuse(reportOf(error).message);
  /** With what came late, or tells that it did not come. */
  const withDialogs = (use: (dialogs: Dialogs) => Promise<void> | void): void =>
    void page.late.loadDialogs().then(use).catch(refuse);
  const askToDelete = (deleting: Deletion): void => withDialogs(() => page.show({ deleting }));
  /** Buttons that cannot be used now stay focusable, so what they do is checked here. */
  const whenReady = (action: () => Promise<void> | void): void => {
    if (session.state.phase === 'ready') void action();
  };
  return {
    loadModel: () => page.begin(),
    pickModel: (files) => page.loading(() => session.loading.load(files, page.engineFactory())),
    pickDocument: (files) =>
      whenReady(() => {
        const isFolder = files[0].webkitRelativePath !== '';
        const given = files.length > 1 || isFolder ? files : files[0];
        return session.reading.read(given, isFolder ? folderNameOf(files[0]) : namesOf(files));
      }),
    readText: (text) => whenReady(() => session.reading.read(text, titleOf(text, page.words()))),
    openDocument: (id) =>
      whenReady(() => {
        page.hideLibrary();
        return session.reading.open(id);
      }),
    openTogether: (ids) =>
      whenReady(() => {
        page.hideLibrary();
        const { together } = session.state;
        const isSame = together?.texts.size === ids.length && ids.every((id) => together.texts.has(id));
        if (!isSame) return session.together.open(ids);
        page.show({ tab: 'text' });
        session.together.show(undefined);
      }),
    showDocument: (id) => void session.together.show(id),
    showFiles: (hasFilesOpen) => page.show({ hasFilesOpen }),
    gatherFile: (file, isGathered) => whenReady(() => session.library.gatherFile(file, isGathered)),
    choosePreset: (preset) => page.show({ preset }),
    deepen: (id, preset) =>
      whenReady(() => {
        page.hideLibrary();
        page.show({ menu: undefined });
        return session.reading.reread(id, preset);
      }),
    exportDocument: (id) => whenReady(() => session.library.export(id)),
    importDocument: (file) => whenReady(() => session.library.import(file)),
    appendFile: (file) => whenReady(() => session.library.append(file)),
    toggleMenu: (id) => {
      const isOpen = page.shows().menu === id;
      page.show({ menu: isOpen ? undefined : id });
      if (!isOpen) void session.library.weigh(id);
    },
    startRenaming: (renaming) => page.show({ renaming, menu: undefined }),
    rename: (id, title) =>
      whenReady(() => {
        page.show({ renaming: undefined });
        return session.rename(id, title);
      }),
    search: (search) => page.show({ search }),
    deleteDocument: ({ id, title }) =>
      whenReady(() => {
        const explanation = page.words().say('deleteNote');
        askToDelete({ title, explanation, run: () => session.delete(id) });
      }),
    deleteModel: ({ url }) =>
      whenReady(() => {
        const explanation = page.words().say('deleteModelNote');
        const run = (): Promise<void> => session.library.deleteModel(url);
        askToDelete({ title: fileNameOf(url), explanation, run });
      }),
    confirmDelete: (isConfirmed) => {
      const { deleting } = page.shows();
      page.show({ deleting: undefined });
      if (isConfirmed && deleting) whenReady(deleting.run);
    },
    write: (draft) => page.show({ draft }),
    ask: (question) => page.ask(question),
    askAgain: ({ id, question, end }) => {
      // The same question of the same text has the same answer, unless words are drawn by chance.
      const drawn = end === 'stopped' ? {} : { temperature: 0.7, seed: Math.floor(Math.random() * 2 ** 31) };
      whenReady(() => session.asking.ask(question, { ...page.askOptions(), ...drawn }, id));
    },
    compare: (exchange, strategy) =>
      whenReady(() => session.comparing.ask(exchange, strategy, page.askOptions())),
    openAbout: () => void page.late.loadAbout().catch(refuse),
    copyExchange: (exchange) =>
      withDialogs(async ({ exchangeAsText }) => {
        const isCopied = await copyText(exchangeAsText(exchange, page.words()));
        session.notify(page.words().say(isCopied ? 'copied' : 'copyFailed'));
      }),
    exportThread: () =>
      withDialogs(({ threadAsMarkdown }) => {
        const { exchanges } = session.state;
        const title = titleOfOpen(session.state, page.words());
        saveText(`${title}.md`, threadAsMarkdown(title, exchanges, page.words()));
      }),
    showPassage: (passage) => {
      const { active } = page.shows();
      const isSame = passage.exchange === active?.exchange && passage.number === active.number;
      const isSheet = page.hasTabs();
      const before = session.state.text;
      page.show({ active: passage, stripAt: undefined, ...(!isSheet && { tab: 'text' }) });
      const chosen = chosenPassage(page);
      const { document } = chosen ?? {};
      if (!session.together.show(document?.id)) {
        session.notify(page.words().say('notAmong', { title: document?.title ?? '' }));
        return;
      }
      if (isSheet) withDialogs((dialogs) => openSheet(page, dialogs));
      else if (isSame && chosen && before === session.state.text) void page.source()?.reveal(chosen);
    },
    closeSheet: () => page.show({ sheet: undefined }),
    showInText: () => {
      page.show({ sheet: undefined, tab: 'text' });
      page.source()?.forgetPlace();
    },
    showPlace: (stripAt) => {
      page.show({ stripAt });
      void page.source()?.revealPlace(stripAt);
    },
    showTab: (tab) => page.show({ tab }),
    cancel: () => page.cancel(),
    resume: () => whenReady(() => session.reading.resume()),
    skipTuning: () => session.loading.skipTuning(),
    dismissError: () => session.dismissError(),
  };
}

/** Shows the passage that is lit in the sheet, and what stands around it as soon as that is there. */
async function openSheet(page: Page, { surroundingsOf }: Dialogs): Promise<void> {
  const { text } = page.session.state;
  const passage = chosenPassage(page);
  if (!text || !passage) return;
  page.show({ sheet: { before: '', behind: '' } });
  const sheet = await surroundingsOf(text, passage);
  if (page.shows().sheet && chosenPassage(page)?.start === passage.start) page.show({ sheet });
}

function chosenPassage(page: Page): NumberedPassage | undefined {
  const shows = page.shows();
  return litPassages(page.session.state, shows).find(({ number }) => number === shows.active?.number);
}

/** The passages that the text shows. */
export function litPassages(state: SessionState, shows: Pick<Shows, 'active'>): readonly NumberedPassage[] {
  return allPassages(shownExchange(state, shows)?.evidence ?? []);
}

const folderNameOf = ({ webkitRelativePath }: File): string => webkitRelativePath.split('/', 1)[0] ?? '';

/** A file's name, or the first line of a text, cut. */
export function titleOf(source: DocumentSource, words: Words): string {
  if (source instanceof File) return source.name;
  const line = typeof source === 'string' ? (source.trim().split('\n', 1)[0] ?? '') : '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || words.say('pastedText');
}
