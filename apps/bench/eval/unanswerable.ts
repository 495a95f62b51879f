// `npm run eval -- --unanswerable`: how many questions that a text does not answer are said to be so, how many that it answers are, and
// which answers end by themselves. Documents stay in a browser's profile: a run that was cut goes on without reading them again.
import { join } from 'node:path';
import { cacheFolder, createProgressBars, createSetUpNotes, note, userPath } from '@longread/command';
import { runInBrowser } from '@longread/driver';
import { scoreAnswer, type EvalSources } from '@longread/eval';
import { findModelFile, openTokenizer } from '@longread/models';
import { describeCommit } from '../command/results/commit.ts';
import { addJsonLine, readLines } from '../command/results/json-lines.ts';
import type { EvalCommand } from './options.ts';
import { formatNames } from './names-report.ts';
import { partsOf } from './runs.ts';
import { poseAll, type Posed } from './strangers.ts';
import { loadSources } from './texts.ts';
import { formatUnanswerable, type PosedAnswer } from './unanswerable-report.ts';

async function readPosed(path: string): Promise<PosedAnswer[]> {
  const lines = await readLines(path);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as PosedAnswer);
}

function fileOf({ out, model }: EvalCommand): string {
  if (out !== undefined) return userPath(out);
  const name = model === undefined ? 'default' : model.replace(/\W+/g, '-');
  return join(cacheFolder, 'eval', `${name}-unanswerable.jsonl`);
}

/** What is asked: each document's own questions, and those of the others and of one more of each kind. */
function posedOf(
  { runs, amount }: EvalCommand,
  sources: EvalSources,
  tokenizer: { encodeText(text: string): ArrayLike<number> },
): Posed[] {
  const countTokens = (text: string) => tokenizer.encodeText(text).length;
  const documentsOf = (numDocuments: number) =>
    [...partsOf(runs, { ...amount, documents: numDocuments }, sources, countTokens)].flatMap(
      (part) => part.documents,
    );
  const documents = documentsOf(amount.documents);
  const ids = new Set(documents.map(({ id }) => id));
  const further = documentsOf(amount.documents + 1).filter(({ id }) => !ids.has(id));
  return poseAll(documents, amount.questions, further);
}

/** Asks what was not asked before, and prints the table of all that is kept. */
export async function askUnanswerable(command: EvalCommand): Promise<void> {
  const path = fileOf(command);
  const tasks = command.runs.flatMap((run) => run.tasks);
  const sources = await loadSources(tasks, createSetUpNotes());
  if (command.names) {
    const { path: modelPath } = await findModelFile(command.model, createSetUpNotes());
    process.stdout.write(formatNames(posedOf(command, sources, await openTokenizer(modelPath))));
    return;
  }
  const { maxNew, gather, endless } = command;
  const idOf = ({ document, question }: Posed) =>
    [document.id, question.id, gather, maxNew, ...(endless ? ['endless'] : [])].join('|');
  const options = { maxNewTokens: maxNew, gather: { gatherSize: gather }, endsRepetition: !endless };
  const known = new Set((await readPosed(path)).map(({ id }) => id));
  const bars = createProgressBars();
  const run = {
    model: command.model,
    adapter: command.adapter,
    engine: command.preset === undefined ? {} : { preset: command.preset },
    profile: join(cacheFolder, 'eval', 'profile'),
    onProgress: bars.update,
  };
  await runInBrowser(run, async ({ session, modelPath, adapter }) => {
    const all = posedOf(command, sources, await openTokenizer(modelPath));
    const posed = all.filter((one) => !known.has(idOf(one)));
    const info = await session.call('info');
    const where = { adapter: `${info.adapter} (${adapter.how})`, commit: await describeCommit() };
    let open = '';
    for (const [i, one] of posed.entries()) {
      const { document, question, from } = one;
      if (open !== document.id) await session.call('ingest', { text: document.text, title: document.id });
      open = document.id;
      const startedAt = performance.now();
      const { text, finish, support, evidence, stats } = await session.call(
        'ask',
        question.question,
        options,
      );
      const answer: PosedAnswer = {
        id: idOf(one),
        from,
        task: question.task,
        document: document.id,
        question: question.question,
        expected: question.answers,
        gather,
        maxNewTokens: maxNew,
        endless,
        answer: text,
        finish,
        generatedTokens: stats.generatedTokens,
        right: from === 'own' && maxNew !== 0 ? scoreAnswer(text, question) : null,
        support: support ?? null,
        passages: evidence.map((passage) => passage.text),
        seconds: Math.round(performance.now() - startedAt) / 1000,
        ...where,
        date: new Date().toISOString(),
      };
      await addJsonLine(path, answer);
      bars.stop();
      note(
        `${i + 1}/${posed.length} ${from} ${question.task}: ${support?.verdict ?? '-'}, ${answer.seconds} s`,
      );
    }
  }).finally(bars.stop);
  process.stdout.write(formatUnanswerable(await readPosed(path)));
}
