// What is kept in this browser: documents, which can be taken elsewhere and brought back, and models.
import { saveBlob } from '../browser.ts';
import { textOf } from '../source/text-source.ts';
import { fileNameOf } from '../words.ts';
import type { Calls } from './calls.ts';
import { givenDocument } from './given-document.ts';
import type { DocumentFile } from './files.ts';
import { deeperPresets } from './sharing.ts';

/** Of the files that documents are exported to. */
const exportEnding = '.longread';

export class Library {
  readonly #calls: Calls;
  readonly #forget: (id: string) => Promise<void>;

  /** @param forget lets go of what was asked of a document. */
  constructor(calls: Calls, forget: (id: string) => Promise<void>) {
    this.#calls = calls;
    this.#forget = forget;
  }

  /** Deletes a stored document, and closes it first when it is the open one. */
  delete(id: string): Promise<void> {
    const calls = this.#calls;
    return calls.run('reading', async () => {
      const title = calls.titleOf(id);
      const { document, together } = calls.state;
      if (document?.manifest.id === id || together?.texts.has(id)) await calls.closeDocument();
      await calls.engine?.documents.delete(id);
      await this.#forget(id);
      calls.set({ status: calls.words.say('deleted', { title }) });
    });
  }

  /** Gives a stored document another title; nothing changes with the one that it has. */
  rename(id: string, given: string): Promise<void> {
    const calls = this.#calls;
    const title = given.trim();
    if (title === calls.titleOf(id)) return Promise.resolve();
    return calls.run('reading', async () => {
      const renamed = await calls.needEngine().documents.rename(id, title);
      calls.set({ status: calls.words.say('renamed', { title: renamed.title }) });
    });
  }

  /** Plans what reading it deeper would take; what cannot be planned is not told. */
  async weigh(id: string): Promise<void> {
    const calls = this.#calls;
    const { engine } = calls;
    const { info, documents } = calls.state;
    const manifest = documents.find((each) => each.id === id);
    if (!engine || !info || !manifest) return;
    const { numTokens: tokens } = manifest;
    const plans = deeperPresets(manifest, info).map(
      async ({ name }) => [name, await engine.plan({ tokens, preset: name })] as const,
    );
    const costs = await Promise.all(plans).catch(() => []);
    if (calls.engine === engine) calls.set({ costs: { id, plans: new Map(costs) } });
  }

  /** Saves all of a document as one file. */
  export(id: string): Promise<void> {
    const calls = this.#calls;
    const title = calls.titleOf(id);
    const work = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
      const stream = await calls.needEngine().documents.export(id);
      // A blob of a response is the browser's to keep, on the disk where it is large.
      const blob = await new Response(stream).blob();
      signal.throwIfAborted();
      saveBlob(`${title}${exportEnding}`, blob);
      calls.set({ status: calls.words.say('exported', { title }) });
    };
    return calls.run('reading', work, { title });
  }

  /** Stores the document of an exported file. */
  import(file: File): Promise<void> {
    const calls = this.#calls;
    return calls.run(
      'reading',
      async (options) => {
        const { title } = await calls.needEngine().documents.import(file, options);
        calls.set({ status: calls.words.say('imported', { title }) });
      },
      { title: file.name },
    );
  }

  /** Reads a file of any kind on behind the open document's end; its places are in a file of its name. */
  append(file: File): Promise<void> {
    const calls = this.#calls;
    const { document } = calls.state;
    if (!document) return Promise.resolve();
    return calls.run(
      'reading',
      async (options) => {
        try {
          const { source, outline = [], notes = [] } = await givenDocument(file, file.name, options);
          const places = [{ start: 0, kind: 'file', label: file.name.slice(0, 200) } as const, ...outline];
          await document.append(source, { ...options, outline: places.slice(0, 10_000), notes });
        } finally {
          calls.set({ text: textOf(document) }); // as far as it was read
        }
        calls.set({ status: calls.words.say('appended', { title: document.manifest.title }) });
      },
      { title: file.name },
    );
  }

  /** Gathers what stands in a file of the open document again, or no longer; nothing is read. */
  gatherFile({ name, start, end }: DocumentFile, isGathered: boolean): Promise<void> {
    const calls = this.#calls;
    const { document } = calls.state;
    if (!document) return Promise.resolve();
    const work = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
      await document[isGathered ? 'restore' : 'remove']({ start, end }, { signal });
      calls.set({ status: calls.words.say(isGathered ? 'takenBack' : 'takenOut', { name }) });
    };
    return calls.run('reading', work, { about: name });
  }

  /** Deletes a stored model file; the engine goes on with what it has loaded. */
  deleteModel(url: string): Promise<void> {
    const calls = this.#calls;
    return calls.run('reading', async () => {
      await calls.engine?.models.delete(url);
      calls.set({ status: calls.words.say('deleted', { title: fileNameOf(url) }) });
    });
  }
}
