// `npm run fuzz`: damaged stores, export files, model files and cached models, each of which must be refused by a typed error or change nothing.
import { note } from './console.ts';
import { fuzz as fuzzInputs, type Finding } from './fuzz/watch.ts';
import { parse, parseCount } from './usage.ts';

const usage = `Usage: npm run fuzz -- [options]
Damages stored documents, exported files, model files and cached models, and demands of each that it is refused by a typed error or that what
is read from it is what the undamaged one holds. Exit code 1 when one is accepted wrongly, hangs or fails otherwise.
  --inputs N     damaged inputs, a quarter of each kind (default 3000)
  --seed N       another seed makes other inputs (default 1)
  --limit N      seconds that one input may take (default 10)
  --json         print one JSON object on standard output: inputs, acceptedWrongly, hangs, uncaught, refused, unchanged
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

/** Runs the command; throws UsageError. */
export async function fuzz(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      inputs: { type: 'string' },
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
  const startedAt = performance.now();
  const findings = await fuzzInputs({
    inputs: parseCount('--inputs', values.inputs, usage) ?? 3000,
    seed: parseCount('--seed', values.seed, usage) ?? 1,
    limitMs: 1000 * (parseCount('--limit', values.limit, usage) ?? 10),
    onInput: (done) => {
      if (done % 500 === 0) note(`${done} inputs, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    },
  });
  for (const { input, result, what, detail } of findings)
    if (result !== 'refused' && result !== 'unchanged')
      note(`input ${input} (${result}): ${what}\n  ${detail}`);
  const summary = summarise(findings);
  const { acceptedWrongly, hangs, uncaught, inputs, refused, unchanged } = summary;
  const text =
    `${inputs} inputs: ${refused} refused, ${unchanged} unchanged, ${acceptedWrongly} accepted wrongly, ` +
    `${hangs} hangs, ${uncaught} uncaught errors`;
  process.stdout.write(`${values.json ? JSON.stringify(summary) : text}\n`);
  if (acceptedWrongly + hangs + uncaught > 0) process.exitCode = 1;
}
