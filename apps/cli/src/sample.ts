// The book that the page offers to try: chapters of Moby-Dick, read once by the model that is served and kept as an export file in the
// cache, so that the page imports in a moment what would take it a minute to read.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder, createProgressBars, note, reasonOf } from '@longread/command';
import { sampleDocument } from '@longread/command/default-document';
import { runInBrowser } from '@longread/driver';

export interface PageSample {
  readonly title: string;
  readonly text: string;
  /** Undefined where it was not read. */
  readonly read: { readonly path: string; readonly facts: ReadFacts } | undefined;
}

/** What the page has to know of the export file. */
interface ReadFacts {
  /** Its address, relative to the page. */
  readonly file: string;
  readonly bytes: number;
  /** Of the document in it. */
  readonly id: string;
  /** SHA-256 of the model that read it. */
  readonly model: string;
}

/** About 4,000 tokens of SmolLM2's: what asking takes longer for than opening it. */
const minChars = 15_000;
const pieceBytes = 1 << 20;

/**
 * The sample for the model of this hash, as it was read before or, if `reads`, read now.
 * @param model as `--model`.
 */
export async function makeSample(
  model: string | undefined,
  sha256: string,
  reads: boolean,
): Promise<PageSample> {
  const { title, text } = sampleDocument(minChars);
  const textHash = createHash('sha256').update(`${title}\0${text}`).digest('hex');
  const folder = join(cacheFolder, 'sample');
  const path = join(folder, `${sha256.slice(0, 16)}-${textHash.slice(0, 16)}.longread`);
  const factsPath = `${path}.json`;
  try {
    const id = String(JSON.parse(readFileSync(factsPath, 'utf8')));
    return { title, text, read: { path, facts: factsOf(path, id, sha256) } };
  } catch {
    if (!reads) return { title, text, read: undefined };
  }
  note(`Reading ${title} for the page's visitors to try, once; --no-sample does without.`);
  const bars = createProgressBars();
  try {
    const run = { model, adapter: undefined, profile: join(cacheFolder, 'profile'), onProgress: bars.update };
    const { id, bytes } = await runInBrowser(run, async ({ session: { call } }) => {
      const document = await call('ingest', { text, title });
      const size = await call('keepExport');
      const pieces: Buffer[] = [];
      for (let start = 0; start < size; start += pieceBytes)
        pieces.push(
          Buffer.from(await call('keptBytes', start, Math.min(size, start + pieceBytes)), 'base64'),
        );
      await call('forget');
      return { id: document.id, bytes: Buffer.concat(pieces) };
    });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, bytes);
    writeFileSync(factsPath, JSON.stringify(id)); // last: without it the file does not count
    return { title, text, read: { path, facts: factsOf(path, id, sha256) } };
  } catch (error) {
    note(`It was not read, and the page will read it itself: ${reasonOf(error)}`);
    return { title, text, read: undefined };
  } finally {
    bars.stop();
  }
}

function factsOf(path: string, id: string, sha256: string): ReadFacts {
  return { file: './moby-dick.longread', bytes: statSync(path).size, id, model: sha256 };
}
