// The command line of `npm run eval`.
import { adapterKinds, type AdapterKind } from '@longread/browser';
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';
import { presetNames, scorings, strategyNames, type GatherSettings, type PresetName } from '@longread/core';
import { taskNames, type TaskName } from '@longread/eval';
import { tableRuns, type Contender, type EvalAmount, type EvalRun } from './runs.ts';

const quickTasks: readonly TaskName[] = ['niah_single_2', 'two_hop', 'qa1', 'novel'];

/** Of a contender. Whole sentences and best last: 1 or 0. */
const settingNames = [
  'gatherSize',
  'smoothWindow',
  'keepEnds',
  'wholeSentences',
  'followFrom',
  'hops',
  'peaks',
  'peakSpan',
  'rarePlaces',
  'bestLast',
] as const;

const usage = `Usage: npm run eval -- [options]
Asks questions whose answers are known about documents made for them, by one strategy after the other: which share of what an
answer needs was gathered (recall), how many answers are right (accuracy), and how many are when the model is handed the
clean passage (ceiling).
  --tasks A,B        tasks (default ${quickTasks.join(',')})
  --lengths N,M      tokens of each document (default 8192)
  --strategies A,B   of ${strategyNames.join(', ')} (default reform); reform/SCORING for one of
                     ${scorings.join(', ')}, and reform/SETTING=VALUE for
                     ${settingNames.join(', ')}
  --documents N      documents of each kind (default 2)
  --questions N      questions of each task in each document (default 5; a novel's are all asked)
  --gather N         tokens gathered, or kept by a strategy that keeps tokens (default 1024)
  --passages         recall alone: nothing is recomputed or generated, and strategies without passages are refused
  --together         the documents of a length are asked as one: what a question gathers may come from any (strategies are named so).
                     With --passages
  --unanswerable     how many questions that a text does not answer are said to be so: each document is also asked as many questions
                     of others, made as they are; gathers 256 tokens unless told otherwise. With --passages nothing is generated
  --names            of --unanswerable: what names tell alone, without a search or a model at work, and of as many texts as one likes
  --max-new N        of --unanswerable: the most tokens of an answer (default 64)
  --endless          of --unanswerable: an answer goes on where a sentence of it comes again
  --seed N           of the first document of each kind (default 1)
  --model PATH|URL   another model: gemma-3-270m, a GGUF file, a folder with safetensors, or an address
  --calibration C    the heads to read with: a file that npm run calibrate wrote, or guess (default: as every engine does).
                     Answers of several are told apart by --out
  --preset P         skim, read (default) or study
  --lane L           browser (default) or dawn: in Node, on the adapter that Dawn finds
  --adapter A        of the browser: software or system (default: system where there is one)
  --out FILE         where answers are kept, a line of JSON each (default: a file of the cache folder by model and engine);
                     a run that was cut goes on behind them. Beside it, tables and plots as a page of the same name
  --report           ask nothing; write what FILE holds to docs/results: eval.json, and eval.md with its plots
  --table            the table of docs/method.md: 13 tasks at 4,096 to 65,536 tokens, all strategies inside the window and fewer
                     beyond it, ten questions a task in each document; days on a software adapter, resumable, and --documents 1
                     first gives half of it
  --quick            reform, h2o, truncate and bm25 on one document of 2,048 tokens, two questions a task
  --tasks help       the names of all tasks
  --help             print this`;

const lanes = ['browser', 'dawn'] as const;
type Lane = (typeof lanes)[number];

export interface EvalCommand {
  readonly runs: readonly EvalRun[];
  readonly amount: EvalAmount;
  readonly gather: number;
  readonly passages: boolean;
  /** Documents of a length are asked as one. */
  readonly together: boolean;
  readonly unanswerable: boolean;
  /** Of the unanswerable. */
  readonly maxNew: number;
  readonly endless: boolean;
  readonly names: boolean;
  readonly model: string | undefined;
  /** A file, or `guess`. */
  readonly calibration: string | undefined;
  readonly preset: PresetName | undefined;
  readonly lane: Lane;
  readonly adapter: AdapterKind | undefined;
  readonly out: string | undefined;
  readonly report: boolean;
  readonly ask: boolean;
}

function choices<T extends string>(option: string, value: string, names: readonly T[]): T[] {
  return value.split(',').flatMap((name) => parseChoice(option, name.trim(), names, usage) ?? []);
}

function parseContender(text: string): Contender {
  const name = text.trim();
  const [first = '', ...rest] = name.split('/');
  const strategy = parseChoice('--strategies', first, strategyNames, usage) ?? 'reform';
  if (rest.length > 0 && strategy !== 'reform')
    throw new UsageError(
      `--strategies takes a scoring or a setting behind reform only, not '${text}'.`,
      usage,
    );
  return { name, strategy, gather: Object.assign({}, ...rest.map(parseSetting)) as Partial<GatherSettings> };
}

/** Is told apart from the same strategy asked about each document alone. */
const asOne = (contender: Contender): Contender => ({ ...contender, name: `${contender.name}/together` });

function parseSetting(text: string): Partial<GatherSettings> {
  const [name, value, ...more] = text.split('=');
  if (value === undefined)
    return { scoring: parseChoice('--strategies reform/', text, scorings, usage) ?? 'cosine' };
  const setting = settingNames.find((known) => known === name);
  if (setting === undefined || more.length > 0 || !/^\d+$/.test(value))
    throw new UsageError(
      `--strategies reform/ takes ${settingNames.join(', ')}, each with = and a whole number behind it, not '${text}'.`,
      usage,
    );
  const isSwitch = setting === 'wholeSentences' || setting === 'bestLast';
  return { [setting]: isSwitch ? value !== '0' : Number(value) };
}

function parseLengths(value: string): number[] {
  return value.split(',').flatMap((length) => parseCount('--lengths', length.trim(), usage) ?? []);
}

/** Reads the arguments; undefined after help, which prints. @throws UsageError */
export function parseEval(args: readonly string[]): EvalCommand | undefined {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      tasks: { type: 'string' },
      lengths: { type: 'string' },
      strategies: { type: 'string' },
      documents: { type: 'string' },
      questions: { type: 'string' },
      gather: { type: 'string' },
      passages: { type: 'boolean' },
      together: { type: 'boolean' },
      unanswerable: { type: 'boolean' },
      'max-new': { type: 'string' },
      endless: { type: 'boolean' },
      names: { type: 'boolean' },
      seed: { type: 'string' },
      model: { type: 'string' },
      calibration: { type: 'string' },
      preset: { type: 'string' },
      lane: { type: 'string' },
      adapter: { type: 'string' },
      out: { type: 'string' },
      report: { type: 'boolean' },
      quick: { type: 'boolean' },
      table: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || values.tasks === 'help') {
    process.stdout.write(`${values.help ? usage : taskNames.join('\n')}\n`);
    return undefined;
  }
  const { quick = false, table = false, report = false, unanswerable = false, together = false } = values;
  if (together && (unanswerable || !values.passages))
    throw new UsageError('--together goes with --passages, and without --unanswerable.', usage);
  if (table && [values.tasks, values.lengths, values.strategies, values.quick].some((given) => given))
    throw new UsageError(
      '--table says which tasks, lengths and strategies: leave them and --quick out.',
      usage,
    );
  const lane = parseChoice('--lane', values.lane, lanes, usage) ?? 'browser';
  if (lane === 'dawn' && values.adapter !== undefined)
    throw new UsageError(
      '--adapter is of the browser. In Node, LONGREAD_DAWN chooses: see docs/gpu.md.',
      usage,
    );
  const strategies = values.strategies ?? (quick ? 'reform,h2o,truncate,bm25' : 'reform');
  const run = {
    tasks: values.tasks === undefined ? quickTasks : choices('--tasks', values.tasks, taskNames),
    lengths: parseLengths(values.lengths ?? (quick ? '2048' : '8192')),
    contenders: strategies
      .split(',')
      .map(parseContender)
      .map(together ? asOne : (each) => each),
  };
  return {
    runs: table ? tableRuns : [run],
    amount: {
      documents: parseCount('--documents', values.documents, usage) ?? (quick ? 1 : 2),
      questions: parseCount('--questions', values.questions, usage) ?? (quick ? 2 : table ? 10 : 5),
      seed: parseCount('--seed', values.seed, usage) ?? 1,
    },
    gather: parseCount('--gather', values.gather, usage) ?? (unanswerable ? 256 : quick ? 512 : 1024),
    passages: values.passages ?? false,
    together,
    unanswerable,
    maxNew: values.passages ? 0 : (parseCount('--max-new', values['max-new'], usage) ?? 64),
    endless: values.endless ?? false,
    names: values.names ?? false,
    model: values.model,
    calibration: values.calibration,
    preset: parseChoice('--preset', values.preset, presetNames, usage),
    lane,
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    out: values.out,
    report,
    ask: !report,
  };
}
