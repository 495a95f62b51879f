// Command-line arguments: strict parsing, and the errors that mean "the command was typed wrong" (exit code 2).
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command line cannot be understood; the message says why, `usage` how it goes. */
export class UsageError extends Error {
  readonly usage: string;

  constructor(message: string, usage: string) {
    super(message);
    this.name = 'UsageError';
    this.usage = usage;
  }
}

/** `node:util`'s strict parseArgs, failing with UsageError. */
export function parse<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), usage);
  }
}

/** A whole number of at least 1, or undefined when the option was not given. */
export function parseCount(option: string, value: string | undefined, usage: string): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new UsageError(`${option} takes a whole number of at least 1, not '${value}'.`, usage);
}
