// The page of `npm run faults`: runs an operation of the tiny model into a fault, goes on after it, and compares bit for bit.
import { Random } from '@longread/core';
import { createEngine, LongreadError, type Engine, type LongreadDocument, type Progress } from 'longread';
import type { FaultDriver, FaultOutcome, FaultPlace, FaultRun, Reference } from './driver.ts';
import { storedHash } from './stored.ts';
import { armTrap, installTraps, type Trap } from './trap.ts';

const database = 'longread faults';
const question = 'where?';
const settings = { maxNewTokens: 8, gather: { gatherSize: 96 } };
const [text, more] = [prose(100, 1), prose(90, 2)];

installTraps();

let engine: Engine;
let reference: Reference | undefined;
let book: LongreadDocument | undefined;
let fired = false;
let untyped = '';

/** Seeded words; the same in every page. */
function prose(numWords: number, seed: number): string {
  const words = 'the rain wind harbour and on in there ship sail where thing sand other wander then'.split(
    ' ',
  );
  const random = new Random(seed);
  return `${Array.from({ length: numWords }, () => random.pick(words)).join(' ')}. `;
}

async function answerOf(document: LongreadDocument): Promise<string> {
  const { text: answer, evidence, finish } = await document.ask(question, settings).result();
  return JSON.stringify({ answer, evidence, finish });
}

/** Three devices lost within a minute are refused, and rightly: here a minute passes between runs. */
function passAMinute(): void {
  const now = Date.now.bind(Date);
  Date.now = () => now() + 61_000;
}

/** What is read is stored once a second; chunks of a tiny model take less: here each report of one takes the better part of a second. */
let passedMs = 0;
const now = performance.now.bind(performance);
performance.now = () => now() + passedMs;

async function measure(): Promise<Reference> {
  const document = await engine.ingest(text, { reuse: false });
  const { id } = document.manifest;
  const [ingested, answer] = [await storedHash(database, id), await answerOf(document)];
  await document.append(more);
  const [appended, appendedAnswer] = [await storedHash(database, id), await answerOf(document)];
  await engine.documents.delete(id);
  return { ingested, appended, answer, appendedAnswer };
}

async function operate({ operation }: FaultRun, trap: Trap): Promise<void> {
  const options = {
    signal: trap.signal,
    onProgress: ({ phase }: Progress) => {
      if (phase === 'compress') passedMs += 700;
      trap.pass(phase as FaultPlace);
    },
  };
  if (operation === 'ingest') book = await engine.ingest(text, options);
  if (operation === 'append') await book?.append(more, options);
  if (operation === 'ask' && book) {
    const { text: answer, evidence, finish } = await book.ask(question, { ...settings, ...options }).result();
    if (JSON.stringify({ answer, evidence, finish }) !== reference?.answer) untyped = 'the answer differs';
  }
}

async function check({ operation }: FaultRun): Promise<Pick<FaultOutcome, 'lost' | 'differs'>> {
  const wanted = reference;
  if (!wanted) throw new Error('prepare first');
  await book?.close();
  book = undefined;
  const [stored] = await engine.documents.list();
  if (operation !== 'ingest' && stored === undefined) return { lost: true, differs: false };
  const document =
    operation === 'ingest' || stored === undefined
      ? await engine.ingest(text)
      : await engine.documents.open(stored.id);
  const { id } = document.manifest;
  const isAppended = operation === 'append';
  if (isAppended) {
    await answerOf(document); // usable as of its last whole chunk
    const hash = await storedHash(database, id);
    const isWhole = document.manifest.parts.length > 1 && document.manifest.state === 'ready';
    if (document.manifest.parts.length === 1 && hash !== wanted.ingested)
      return { lost: true, differs: true };
    if (!isWhole) await document.append(more);
  }
  const same =
    (await storedHash(database, id)) === (isAppended ? wanted.appended : wanted.ingested) &&
    (await answerOf(document)) === (isAppended ? wanted.appendedAnswer : wanted.answer);
  return { lost: false, differs: !same };
}

const driver: FaultDriver = {
  prepare: async (known) => {
    engine = await createEngine({
      model: '/tiny.gguf',
      cache: false, // its records are not among those that faults are set off at
      worker: false,
      database,
      tune: false,
      read: {
        chunkSize: 64,
        budget: 96,
        recent: 24,
        exitLayer: 3,
        heads: [
          { layer: 2, type: 'Q', head: 1 },
          { layer: 1, type: 'K', head: 0 },
          { layer: 0, type: 'V', head: 1 },
          { layer: 2, type: 'V', head: 0 },
        ],
      },
    });
    reference = known ?? (await measure());
    return reference;
  },
  start: async (run) => {
    passAMinute();
    untyped = '';
    fired = false;
    book = run.operation === 'ingest' ? undefined : await engine.ingest(text);
    const trap = armTrap(run);
    try {
      await operate(run, trap);
    } catch (error) {
      if (!(error instanceof LongreadError)) untyped = String(error);
    }
    trap.end();
    fired = trap.fired;
    return untyped;
  },
  finish: async (run) => {
    // A page that ended took the trap's record with it; the command knows that it fired.
    const ended = run.fault === 'kill' || run.fault === 'close';
    let outcome: FaultOutcome;
    try {
      outcome = { fired: ended || fired, failure: untyped, ...(await check(run)) };
    } catch (error) {
      outcome = {
        fired: ended || fired,
        lost: false,
        differs: false,
        failure: `after the fault: ${String(error)}`,
      };
    }
    await book?.close();
    book = undefined;
    for (const { id } of await engine.documents.list()) await engine.documents.delete(id);
    return outcome;
  },
};

window.longreadFaults = driver;
