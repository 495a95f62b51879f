// `npm run fuzz`: damaged stores, export files, model files and cached models, each of which must be refused by a typed error or change
// nothing; and models of random sizes, each of which must be refused by name or compute what a reference computes.
import { note, parse, parseCount } from '@longread/command';
import { fuzzModels, type ModelFindings } from './models.ts';
import { fuzz as fuzzInputs, type Finding } from './watch.ts';

const usage = `Usage: npm run fuzz -- [options]
Damages stored documents, exported files, model files, folders of safetensors and cached models, and demands of each that it is refused by a typed error or that what
is read from it is what the undamaged one holds. Makes tiny models of random sizes in a browser, and demands of each that it is refused
by name or computes what a reference computes. Exit code 1 when one is accepted wrongly, hangs, fails otherwise or computes wrongly.
  --inputs N     damaged inputs, a fifth of each kind (default 3000)
  --models N     models of random sizes (default 60, some minutes on two cores: each compiles kernels of its own); 0 starts no browser
  --seed N       another seed makes other inputs (default 1)
  --limit N      seconds that one input may take (default 10)
  --json         print one JSON object on standard output: inputs, acceptedWrongly, hangs, uncaught, refused, unchanged, models
  --help         print this`;

interface Summary {
  readonly inputs: number;
  readonly acceptedWrongly: number;
  readonly hangs: number;
  readonly uncaught: number;
  readonly refused: number;
  readonly unchanged: number;
}

function summarise(findings: readonly Finding[]): Summary {
  const count = (wanted: Finding['result']) => findings.filter(({ result }) => result === wanted).length;
  return {
    inputs: findings.length,
    acceptedWrongly: count('acceptedWrongly'),
    hangs: count('hang'),
    uncaught: count('uncaught'),
    refused: count('refused'),
    unchanged: count('unchanged'),
  };
}

const countsOf = ({ right, refused, wrong }: ModelFindings) => ({ right, refused, wrong: wrong.length });

/** Runs the command; throws UsageError. */
export async function fuzz(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      inputs: { type: 'string' },
      models: { type: 'string' },
      seed: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const seed = parseCount('--seed', values.seed, usage) ?? 1;
  const limitMs = 1000 * (parseCount('--limit', values.limit, usage) ?? 10);
  // Zero is a choice of its own here; elsewhere it would be a mistake.
  const numModels = values.models === '0' ? 0 : (parseCount('--models', values.models, usage) ?? 60);
  const startedAt = performance.now();
  const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  const findings = await fuzzInputs({
    inputs: parseCount('--inputs', values.inputs, usage) ?? 3000,
    seed,
    limitMs,
    onInput: (done) => {
      if (done % 500 === 0) note(`${done} inputs, ${elapsed()}`);
    },
  });
  for (const { input, result, what, detail } of findings)
    if (result !== 'refused' && result !== 'unchanged')
      note(`input ${input} (${result}): ${what}\n  ${detail}`);
  const models = await fuzzModels({
    models: numModels,
    seed,
    onModel: (done) => {
      if (done % 20 === 0) note(`${done} models, ${elapsed()}`);
    },
  });
  for (const wrong of models.wrong) note(wrong);
  const summary = { ...summarise(findings), models: countsOf(models) };
  const { acceptedWrongly, hangs, uncaught, inputs, refused, unchanged } = summary;
  const text =
    `${inputs} inputs: ${refused} refused, ${unchanged} unchanged, ${acceptedWrongly} accepted wrongly, ` +
    `${hangs} hangs, ${uncaught} uncaught errors\n` +
    `${numModels} models: ${models.right} right, ${models.refused} refused, ${models.wrong.length} wrong`;
  process.stdout.write(`${values.json ? JSON.stringify(summary) : text}\n`);
  if (acceptedWrongly + hangs + uncaught + models.wrong.length > 0) process.exitCode = 1;
}
