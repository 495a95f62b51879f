// The command line of `npm run calibrate`.
import { adapterKinds, type AdapterKind } from '@longread/browser';
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';

const usage = `Usage: npm run calibrate -- [options]
Measures which of a model's heads find what questions need: every head by itself on samples of prose with facts hidden in it, then
the best of them together, then which others are to follow what these find, then what was chosen for skim, read and study on prose
that it was not chosen on, beside the heads that the engine would take otherwise and ten choices by chance.
  --model PATH|URL   the GGUF model (default: the packaged one)
  --samples N        samples for each of the first three steps (default 6)
  --check N          samples of other prose for the last (default 4; 0 leaves it out)
  --tokens N         tokens of each sample (default 2048); a question gathers an eighth
  --questions N      questions of each of four tasks in each sample (default 2)
  --seed N           of the first sample (default 1)
  --lane L           browser (default) or dawn: in Node, on the adapter that Dawn finds
  --adapter A        of the browser: software or system (default: system where there is one)
  --minutes N        stop after the first sample that ends behind so many; the same command goes on there
  --out FILE         the calibration (default: a file of the cache folder by model); beside it what was measured, a line of JSON a
                     sample, and a page with a map of the heads. The engine takes FILE's JSON as its option \`calibration\`
  --help             print this`;

const lanes = ['browser', 'dawn'] as const;

export interface CalibrateCommand {
  readonly samples: number;
  readonly check: number;
  readonly tokens: number;
  readonly questions: number;
  readonly seed: number;
  readonly model: string | undefined;
  readonly lane: (typeof lanes)[number];
  readonly adapter: AdapterKind | undefined;
  readonly minutes: number;
  readonly out: string | undefined;
}

/** Reads the arguments; undefined after help, which prints. @throws UsageError */
export function parseCalibrate(args: readonly string[]): CalibrateCommand | undefined {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      model: { type: 'string' },
      samples: { type: 'string' },
      check: { type: 'string' },
      tokens: { type: 'string' },
      questions: { type: 'string' },
      seed: { type: 'string' },
      lane: { type: 'string' },
      adapter: { type: 'string' },
      minutes: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  const lane = parseChoice('--lane', values.lane, lanes, usage) ?? 'browser';
  if (lane === 'dawn' && values.adapter !== undefined)
    throw new UsageError(
      '--adapter is of the browser. In Node, LONGREAD_DAWN chooses: see docs/gpu.md.',
      usage,
    );
  return {
    samples: parseCount('--samples', values.samples, usage) ?? 6,
    check: values.check === '0' ? 0 : (parseCount('--check', values.check, usage) ?? 4),
    tokens: parseCount('--tokens', values.tokens, usage) ?? 2048,
    questions: parseCount('--questions', values.questions, usage) ?? 2,
    seed: parseCount('--seed', values.seed, usage) ?? 1,
    model: values.model,
    lane,
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    minutes: parseCount('--minutes', values.minutes, usage) ?? Infinity,
    out: values.out,
  };
}

/** The command that measures the same on the same lane. */
export function describeCommand(command: CalibrateCommand): string {
  const { model, lane, adapter, samples, check, tokens, questions, seed } = command;
  const options = { model, lane, adapter, samples, check, tokens, questions, seed };
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return `npm run calibrate -- ${given.join(' ')}`;
}
