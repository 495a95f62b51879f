// Command-line arguments: strict parsing, and the errors that mean "the command was typed wrong" (exit code 2).
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearest } from './nearest.ts';

/** The command line cannot be understood; the message says why, `usage` how it goes. */
export class UsageError extends Error {
  readonly usage: string;

  constructor(message: string, usage: string) {
    super(message);
    this.name = 'UsageError';
    this.usage = usage;
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * `node:util`'s strict parseArgs; an option that was given twice, or that npm took for itself, is an error too: one of the two
 * values, or all of it, would be passed over without a word.
 * @throws UsageError
 */
export function parse<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  const options = config.options ?? {};
  const taken = Object.keys(options).find((name) => isTakenByNpm(name));
  if (taken !== undefined)
    throw new UsageError(`npm took --${taken} for itself: put -- before the command's own arguments.`, usage);
  let twice: string | undefined;
  try {
    const parsed = parseArgs(config);
    twice = findRepeated(config, options);
    if (twice === undefined) return parsed;
  } catch (error) {
    throw new UsageError(explain(error, Object.keys(options)), usage);
  }
  throw new UsageError(`--${twice} is given twice. Give it once.`, usage);
}

/** What is wrong with the arguments; of an option that there is not, which one was meant. */
function explain(error: unknown, names: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '--?([^']+)'/.exec(message);
  if (unknown?.[1] === undefined) return message;
  const meant = nearest(unknown[1], names);
  return `${unknown[0]}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`;
}

/** Without `--`, npm keeps options and only tells the command in the environment. */
function isTakenByNpm(option: string): boolean {
  return !npmOptions.has(option) && process.env[`npm_config_${option.replaceAll('-', '_')}`] !== undefined;
}

/** npm has these itself, and a user may have set them for good. */
const npmOptions = new Set(['force', 'help', 'json', 'long', 'only']);

function findRepeated(config: ParseArgsConfig, options: Options): string | undefined {
  const { tokens } = parseArgs({ ...config, tokens: true });
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  return names.find((name, i) => options[name]?.multiple !== true && names.indexOf(name) !== i);
}

/** One of `names`, or undefined when the option was not given. */
export function parseChoice<T extends string>(
  option: string,
  value: string | undefined,
  names: readonly T[],
  usage: string,
): T | undefined {
  const found = names.find((name) => name === value);
  if (found !== undefined || value === undefined) return found;
  throw new UsageError(`${option} takes ${names.join(' or ')}, not '${value}'.`, usage);
}

/** A whole number of at least 1, or undefined when the option was not given. */
export function parseCount(option: string, value: string | undefined, usage: string): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new UsageError(`${option} takes a whole number of at least 1, not '${value}'.`, usage);
}
