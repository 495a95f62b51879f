// The command line of `npm run bench`.
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';
import { shapeNames, type ShapeName } from '../pages/stages/driver.ts';
import { adapterKinds, type AdapterKind } from '@longread/browser';
import type { Experiment } from './experiment.ts';

const options = `  --only NAME[,NAME]  only these rows, long ones too
  --long              the long rows as well: hours on a software adapter
  --repeats N         samples a row, instead of what each row takes
  --model PATH|URL    another GGUF model: gemma-3-270m, a file or an address
  --shape NAME        instead of a model file, weights made from a seed in the sizes of a known model: ${shapeNames.join(', ')};
                      for rows of single stages
  --lane LANE         browser (default), or dawn: the rows of single stages in Node, on the adapter that LONGREAD_DAWN names
  --adapter A         software or system (default: system where there is one)
  --rehearse          long rows at a sixteenth of their lengths: shows that they run, and nothing else
  --keep              write the results to docs/results, beside kept rows that this run did not measure
  --draw              measure nothing; make the tables and plots of docs/results anew from what is kept
  --json              print the rows as one JSON array on standard output and nothing else
  --help              print this`;

export interface BenchCommand {
  /** Row names; empty for all. */
  readonly only: ReadonlySet<string>;
  readonly long: boolean;
  readonly repeats: number | undefined;
  readonly model: string | undefined;
  readonly shape: ShapeName | undefined;
  readonly lane: 'browser' | 'dawn';
  readonly adapter: AdapterKind | undefined;
  readonly rehearse: boolean;
  readonly keep: boolean;
  /** Measure nothing. */
  readonly draw: boolean;
  readonly json: boolean;
}

function usageOf(experiments: readonly Experiment[]): string {
  const list = (long: boolean) =>
    experiments
      .filter((experiment) => (experiment.long ?? false) === long)
      .flatMap(({ rows }) => Object.entries(rows))
      .map(([name, about]) => `  ${name.padEnd(38)} ${about}`)
      .join('\n');
  return `Usage: npm run bench -- [options]
Measures in headless browsers, a fresh one for every variant, and prints one table: value, spread (n=1: of one sample there is
none), share of the device's largest measured peak, ratio to what ran beside it. Peers are set up on first use.
${options}
Rows
${list(false)}
Long rows
${list(true)}`;
}

/** Reads the arguments; undefined after `--help`, which prints the usage. @throws UsageError */
export function parseBench(
  args: readonly string[],
  experiments: readonly Experiment[],
): BenchCommand | undefined {
  const usage = usageOf(experiments);
  const { values } = parse(usage, {
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      long: { type: 'boolean' },
      repeats: { type: 'string' },
      model: { type: 'string' },
      shape: { type: 'string' },
      lane: { type: 'string', default: 'browser' },
      adapter: { type: 'string' },
      rehearse: { type: 'boolean' },
      keep: { type: 'boolean' },
      draw: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  const only = (values.only ?? []).flatMap((list) => list.split(',')).filter((name) => name !== '');
  const known = new Set(experiments.flatMap(({ rows }) => Object.keys(rows)));
  const unknown = only.find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`There is no row '${unknown}'.`, usage);
  if (values.keep && values.rehearse) throw new UsageError('A rehearsal is not kept.', usage);
  const { lane } = values;
  if (lane !== 'browser' && lane !== 'dawn')
    throw new UsageError(`--lane takes browser or dawn, not '${lane}'.`, usage);
  const shape = shapeNames.find((name) => name === values.shape);
  if (values.shape !== undefined && shape === undefined)
    throw new UsageError(`--shape takes ${shapeNames.join(', ')}, not '${values.shape}'.`, usage);
  if (shape !== undefined && values.model !== undefined)
    throw new UsageError('--model and --shape name two models. Give one.', usage);
  if (values.keep && (lane !== 'browser' || shape !== undefined))
    throw new UsageError("Kept rows are the browser's, on a model file.", usage);
  if (values.draw && (values.keep || values.long || values.rehearse || only.length > 0))
    throw new UsageError('--draw measures nothing: give it alone.', usage);
  return {
    only: new Set(only),
    long: values.long ?? false,
    repeats: parseCount('--repeats', values.repeats, usage),
    model: values.model,
    shape,
    lane,
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    rehearse: values.rehearse ?? false,
    keep: values.keep ?? false,
    draw: values.draw ?? false,
    json: values.json ?? false,
  };
}

/** The experiments that a command asks for, in order. */
export function chooseExperiments(
  { only, long, lane, shape }: Pick<BenchCommand, 'only' | 'long' | 'lane' | 'shape'>,
  experiments: readonly Experiment[],
): Experiment[] {
  // What has to be read or asked wants a tokenizer, and with it a model file.
  if (lane === 'dawn' || shape !== undefined)
    experiments = experiments.filter(({ needsBrowser }) => needsBrowser === undefined);
  if (only.size === 0) return experiments.filter((experiment) => long || experiment.long !== true);
  return experiments.filter(({ rows }) => Object.keys(rows).some((name) => only.has(name)));
}
