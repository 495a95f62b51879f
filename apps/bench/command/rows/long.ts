// The long rows, all from one reading of one book: it is read on in stretches, and questions are asked where a row wants one.
import { defaultDocument, defaultGather } from '@longread/command/default-document';
import { median } from '@longread/core';
import { openTokenizer } from '@longread/models';
import type { Answer, PhaseStats, StrategyName } from 'longread';
import { peakWithout, rateOf } from '../engine-phases.ts';
import type { Bench, EnginePage, Experiment } from '../experiment.ts';
import { ratioRow, type Row } from '../results/row.ts';
import { timed, type Timed } from './timed.ts';

/** Asks for prose, so that decode runs for a while. */
const question = 'Describe what happens here in a few sentences.';
const maxNewTokens = 32;
/** Chunks of the rehearsal, in step with its lengths. */
const rehearsedRead = { chunkSize: 128, budget: 128, recent: 32 };

/** What was found out with the document at one length; times are the wall's. */
interface Stage {
  readonly tokens: number;
  /** Everything that reading took so far. */
  readonly readMs: number;
  readonly readPeakBytes: number;
  readonly phases: readonly PhaseStats[];
}

/** The book cut after so many tokens each time; the last piece ends at the last length. */
async function piecesOf(bench: Bench, lengths: readonly number[]): Promise<string[]> {
  const tokenizer = await openTokenizer(bench.modelPath);
  const { text } = defaultDocument();
  const pieces: string[] = [];
  let at = 0;
  let tokensBefore = 0;
  for (const length of lengths) {
    const wanted = length - tokensBefore;
    const { charEnds } = tokenizer.encodeSpans(text.slice(at, at + 12 * wanted));
    const size = charEnds[wanted - 1];
    if (size === undefined) throw new Error(`The book ends before ${length} tokens.`);
    pieces.push(text.slice(at, at + size));
    at += size;
    tokensBefore = length;
  }
  return pieces;
}

/** Reads a book on, stretch by stretch. */
class Reading {
  readonly #page: EnginePage;
  #stage: Stage = { tokens: 0, readMs: 0, readPeakBytes: 0, phases: [] };

  constructor(page: EnginePage) {
    this.#page = page;
  }

  async readOn(text: string): Promise<Stage> {
    const { call } = this.#page;
    const reading =
      this.#stage.tokens === 0
        ? call('ingest', { text, title: 'Moby Dick', reuse: false })
        : call('append', { text });
    const { ms, value } = await timed(reading);
    this.#stage = {
      tokens: value.numTokens,
      readMs: this.#stage.readMs + ms,
      readPeakBytes: Math.max(this.#stage.readPeakBytes, value.memory.peakBytes),
      phases: [...this.#stage.phases, ...value.phases],
    };
    return this.#stage;
  }

  ask(strategy: StrategyName = 'reform', numTokens = maxNewTokens): Promise<Timed<Answer>> {
    const gather = { gatherSize: defaultGather };
    return timed(this.#page.call('ask', question, { strategy, maxNewTokens: numTokens, gather }));
  }

  /** Opens the stored document in a new engine, as after a reload, and asks; loading the model is not timed. */
  async reopenAndAsk(numTokens?: number): Promise<number> {
    await this.#page.restart();
    const opened = await timed(this.#page.call('reopen'));
    const asked = await this.ask('reform', numTokens);
    return opened.ms + asked.ms;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

function timeRow(name: string, stage: Stage, reform: Timed<Answer>, h2o: Timed<Answer>): Row {
  const own = stage.readMs + reform.ms;
  const against = `reading and one answer: ${seconds(own)} against ${seconds(h2o.ms)} of h2o at the same budget, which runs all layers and stores nothing`;
  return ratioRow(name, 'x time', [own / h2o.ms], against);
}

function memoryRow(name: string, stage: Stage, reform: Timed<Answer>, h2o: Timed<Answer>): Row {
  const own = Math.max(stage.readPeakBytes, reform.value.stats.memory.peakBytes);
  // h2o was asked of an open document, whose compressed cache it does not use.
  const other = peakWithout(h2o.value.stats.memory, 'documents');
  const against = `${megabytes(own)} against ${megabytes(other)} of h2o at the same budget, weights included`;
  return ratioRow(name, 'x GPU bytes', [own / other], against);
}

function reopenRow(name: string, stage: Stage, asked: Timed<Answer>, again: number): Row {
  const first = stage.readMs + asked.ms;
  const against = `${seconds(again)} to open and ask against ${seconds(first)} to read and ask, the model loaded`;
  return ratioRow(name, 'x time', [again / first], against);
}

function decodeRow(name: string, after: readonly Timed<Answer>[], before: readonly Timed<Answer>[]): Row {
  const rates = (asked: readonly Timed<Answer>[]) =>
    asked.map(({ value }) => rateOf(value.stats.phases, 'decode'));
  const early = median(rates(before));
  const late = rates(after);
  const against = `${median(late).toFixed(2)} tokens/s against ${early.toFixed(2)}, ${defaultGather} tokens gathered in both`;
  return ratioRow(
    name,
    'x tokens/s',
    late.map((rate) => rate / early),
    against,
  );
}

const names = {
  rate: 'compress-64k-over-8k',
  time16k: 'reform-over-h2o-time-16k',
  time32k: 'reform-over-h2o-time-32k',
  bytes: 'reform-over-h2o-gpu-bytes-32k',
  reopen: 'reopen-ask-over-ingest-ask-32k',
  decode: 'decode-after-32k-over-decode-after-2k',
  open: 'open-first-token-over-ingest-100k',
} as const;

const oneBook: Experiment = {
  long: true,
  needsBrowser: 'the engine is driven in a page',
  rows: {
    [names.rate]: 'tokens/s of reading 65,536 tokens over those of the first 8,192 of them',
    [names.time16k]: 'time to read 16,384 tokens and answer, over that of h2o at the same budget',
    [names.time32k]: 'the same with 32,768 tokens',
    [names.bytes]: 'largest sum of GPU buffers while doing so, over that of h2o',
    [names.reopen]: 'time to open the stored document and answer, over that of reading it and answering',
    [names.decode]: 'tokens/s of decode behind a document of 32,768 tokens over those behind 2,048',
    [names.open]:
      'time to open a stored document of 102,400 tokens and answer with one token, over that of reading it',
  },
  run: async (bench) => {
    const lengths = [2048, 8192, 16_384, 32_768, 65_536, 102_400].map((tokens) =>
      bench.isRehearsal ? tokens / 16 : tokens,
    );
    const pieces = await piecesOf(bench, lengths);
    const reading = new Reading(await bench.engine(bench.isRehearsal ? { read: rehearsedRead } : {}));
    const rows: Row[] = [];
    const keep = (row: Row) => {
      rows.push(row);
      bench.note(`    ${row.name}: ${String(row.value)} ${row.against ?? ''}`);
    };
    const readTo = async (index: number): Promise<Stage> => {
      const stage = await reading.readOn(pieces[index] ?? '');
      bench.note(`    ${stage.tokens} tokens read in ${seconds(stage.readMs)}`);
      return stage;
    };

    // The first of a few answers at a length is the one that is timed as a whole; the others decode alone.
    const askRepeatedly = async () => {
      const answers = [await reading.ask()] as [Timed<Answer>, ...Timed<Answer>[]];
      if (!bench.wants(names.decode)) return answers;
      for (let i = 1; i < bench.repeats(3); i++) answers.push(await reading.ask());
      return answers;
    };

    await readTo(0);
    const after2k = await askRepeatedly();
    const at8k = await readTo(1);
    const at16k = await readTo(2);
    if (bench.wants(names.time16k))
      keep(timeRow(names.time16k, at16k, await reading.ask(), await reading.ask('h2o')));
    const at32k = await readTo(3);
    const allAfter32k = await askRepeatedly();
    const [after32k] = allAfter32k;
    keep(decodeRow(names.decode, allAfter32k, after2k));
    if (bench.wants(names.time32k) || bench.wants(names.bytes)) {
      const h2o = await reading.ask('h2o');
      keep(timeRow(names.time32k, at32k, after32k, h2o));
      keep(memoryRow(names.bytes, at32k, after32k, h2o));
    }
    if (bench.wants(names.reopen)) {
      const again = await reading.reopenAndAsk();
      keep(reopenRow(names.reopen, at32k, after32k, again));
    }
    if (!bench.wants(names.rate) && !bench.wants(names.open)) return rows;
    const at64k = await readTo(4);
    if (bench.wants(names.rate)) {
      const [late, early] = [rateOf(at64k.phases, 'compress'), rateOf(at8k.phases, 'compress')];
      const against = `${late.toFixed(1)} tokens/s over all of it against ${early.toFixed(1)} over its beginning`;
      keep(ratioRow(names.rate, 'x tokens/s', [late / early], against));
    }
    if (bench.wants(names.open)) {
      const at100k = await readTo(5);
      const ms = await reading.reopenAndAsk(1);
      const against = `${seconds(ms)} to open and give a first token against ${seconds(at100k.readMs)} of reading`;
      keep(ratioRow(names.open, 'x time', [ms / at100k.readMs], against));
    }
    return rows;
  },
};

export const longExperiments: readonly Experiment[] = [oneBook];
