// The command line of `node tools/start.mjs million`.
import { adapterKinds, type AdapterKind } from '@longread/browser';
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';
import { presetNames, type PresetName } from '@longread/core';

const usage = `Usage: node tools/start.mjs million -- [options]
Reads a document that grows to a million tokens (leads of Wikipedia articles, profiles of countries and a novel, with facts hidden at
known depths), and asks about it at each length: what is gathered, how fast it reads and searches, what it holds and stores. An hour
or more on a software adapter; what is whole is kept, and the same command goes on there.
  --lengths N,M   tokens at which it stops to ask (default 16384,65536,131072,262144,524288,1000000)
  --preset P      skim (default), read or study
  --gather N      tokens gathered (default 2048)
  --answers N     questions a length that are answered as well, not only searched for (default 4)
  --crash-at N    ends the browser once when so many tokens are read (default: two thirds of the last length; 0 for never)
  --model PATH|URL  another model, as npm run ask takes it
  --adapter A     software or system (default: system where there is one)
  --fresh         forget what an earlier run of these settings read
  --keep          write what was measured to docs/results
  --help          print this`;

export interface MillionCommand {
  readonly lengths: readonly number[];
  readonly preset: PresetName;
  readonly gather: number;
  readonly answers: number;
  /** 0 for never. */
  readonly crashAt: number;
  readonly model: string | undefined;
  readonly adapter: AdapterKind | undefined;
  readonly fresh: boolean;
  readonly keep: boolean;
}

/** As a count, but 0 is one, too. */
function parseNumber(option: string, value: string | undefined): number | undefined {
  return value === '0' ? 0 : parseCount(option, value, usage);
}

/** Reads the arguments; undefined after `--help`, which prints the usage. @throws UsageError */
export function parseMillion(args: readonly string[]): MillionCommand | undefined {
  const { values } = parse(usage, {
    args: args.filter((arg) => arg !== '--'),
    options: {
      lengths: { type: 'string' },
      preset: { type: 'string' },
      gather: { type: 'string' },
      answers: { type: 'string' },
      'crash-at': { type: 'string' },
      model: { type: 'string' },
      adapter: { type: 'string' },
      fresh: { type: 'boolean' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  const given = values.lengths ?? '16384,65536,131072,262144,524288,1000000';
  const lengths = given.split(',').flatMap((length) => parseCount('--lengths', length.trim(), usage) ?? []);
  if (lengths.some((length, i) => length <= (lengths[i - 1] ?? 0)))
    throw new UsageError(`--lengths takes rising numbers, not '${given}'.`, usage);
  return {
    lengths,
    preset: parseChoice('--preset', values.preset, presetNames, usage) ?? 'skim',
    gather: parseCount('--gather', values.gather, usage) ?? 2048,
    answers: parseNumber('--answers', values.answers) ?? 4,
    crashAt: parseNumber('--crash-at', values['crash-at']) ?? Math.round((2 / 3) * (lengths.at(-1) ?? 0)),
    model: values.model,
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    fresh: values.fresh ?? false,
    keep: values.keep ?? false,
  };
}
