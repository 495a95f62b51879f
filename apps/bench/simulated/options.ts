// The command line of `node tools/start.mjs simulated`.
import { adapterKinds, type AdapterKind } from '@longread/browser';
import { parse, parseChoice, parseCount } from '@longread/command';
import { simulatedPresets, type SimulatedPreset } from '../pages/simulated/driver.ts';

const usage = `Usage: node tools/start.mjs simulated -- [options]
Searches a document of any length whose embeddings are made of noise while they are read, through the store and with the engine's own
search: what opening takes, a question's searches, the page's heap and the device's memory, beside those of 16,384 tokens. A minute for
each million tokens on a software adapter. Then reads a text with a tiny model, stores it in the browser, opens and asks it: some
minutes.
  --tokens N    of the simulated document (default 1000000)
  --preset P    how deep it was read: skim, one embedding a token, or read, four (default), as with the packaged model
  --read N      of the text that is read (default 200000; 0 for none)
  --adapter A   software or system (default: system where there is one)
  --garbage     tell the most that was in the heap with its garbage, and what was held at the end: without, garbage is collected every second
  --json        print one JSON object on standard output
  --help        print this`;

export interface SimulatedCommand {
  readonly tokens: number;
  readonly preset: SimulatedPreset;
  /** 0 for none. */
  readonly read: number;
  readonly adapter: AdapterKind | undefined;
  readonly garbage: boolean;
  readonly json: boolean;
}

/** Reads the arguments; undefined after `--help`, which prints the usage. @throws UsageError */
export function parseSimulated(args: readonly string[]): SimulatedCommand | undefined {
  const { values } = parse(usage, {
    args: args.filter((arg) => arg !== '--'),
    options: {
      tokens: { type: 'string' },
      preset: { type: 'string' },
      read: { type: 'string' },
      adapter: { type: 'string' },
      garbage: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  return {
    tokens: parseCount('--tokens', values.tokens, usage) ?? 1_000_000,
    preset: parseChoice('--preset', values.preset, simulatedPresets, usage) ?? 'read',
    read: values.read === '0' ? 0 : (parseCount('--read', values.read, usage) ?? 200_000),
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    garbage: values.garbage ?? false,
    json: values.json ?? false,
  };
}
