// What an evaluation there asks: documents made here, of texts and by a tokenizer that are not there.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describeCommit } from '@longread/bench/command/results/commit.ts';
import { keyOf, readAnswers } from '@longread/bench/eval/answers.ts';
import { parseEval } from '@longread/bench/eval/options.ts';
import { partsOf } from '@longread/bench/eval/runs.ts';
import { loadSources } from '@longread/bench/eval/texts.ts';
import { createSetUpNotes, note, userPath } from '@longread/command';
import { InvalidInputError } from '@longread/core';
import { openTokenizer } from '@longread/models';
import { evalFile, type PackedEval } from './packed-eval.ts';

/**
 * Writes the documents of `npm run eval -- OPTIONS`, and which of the answers in its --out are there already, into the pack's data.
 * @throws UsageError (no such options) | InvalidInputError (options that only the evaluation here has) | NetworkError (a text)
 */
export async function packEval(options: string, modelPath: string, out: string): Promise<void> {
  const command = parseEval(options.split(/\s+/).filter((word) => word !== ''));
  if (command === undefined) return;
  const { runs, amount, gather, passages, preset } = command;
  if (command.model !== undefined || command.calibration !== undefined || command.adapter !== undefined)
    throw new InvalidInputError(
      '--eval packs questions for the model and the adapter that are there: leave --model, --calibration and --adapter out of it.',
    );
  const sources = await loadSources(
    runs.flatMap(({ tasks }) => tasks),
    createSetUpNotes(),
  );
  const tokenizer = await openTokenizer(modelPath);
  const parts = [...partsOf(runs, amount, sources, (text) => tokenizer.encodeText(text).length)];
  const answers = command.out === undefined ? undefined : userPath(command.out);
  const known = answers !== undefined && existsSync(answers) ? await readAnswers(answers) : [];
  const packed: PackedEval = {
    gather,
    passages,
    preset,
    parts,
    known: known.map(keyOf),
    commit: await describeCommit(),
  };
  await mkdir(join(out, 'data'), { recursive: true });
  const bytes = gzipSync(JSON.stringify(packed), { level: 9 });
  await writeFile(join(out, 'data', evalFile), bytes);
  const asked = parts.reduce(
    (sum, { documents, contenders }) =>
      sum + documents.reduce((all, { questions }) => all + questions.length, 0) * contenders.length,
    0,
  );
  note(`Evaluation: ${asked} questions, ${(bytes.length / 2 ** 20).toFixed(2)} MiB`);
}
