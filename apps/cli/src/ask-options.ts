// The command line of `npm run ask`.
import { adapterKinds, type AdapterKind } from '@longread/browser/flags';
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';
import { defaultGather, defaultTokens } from '@longread/command/default-document';
import { strategyNames, weightKinds, type StrategyName, type WeightKind } from '@longread/core';
import { readPositionals, type Positionals } from './positionals.ts';

const usage = `Usage: npm run ask -- [FILE] ["question"] [options]
Reads FILE (plain text; a stretch of Moby Dick when not given) in a headless browser and asks the question about it.
FILE may be a pipe: - is standard input. Paths count from where the command is typed.
  --tokens N         read at most N tokens (default: all of FILE, or ${defaultTokens} of Moby Dick)
  --gather N         tokens gathered and recomputed for the answer (default 1024, or ${defaultGather} of Moby Dick)
  --max-new N        generate at most N tokens (default 64)
  --strategy S       ${strategyNames.join(', ')} (default reform)
  --model M          another model: gemma-3-270m, a GGUF file, a folder with safetensors, an address of either, or a repository of a hub,
                     hf:owner/repo[/file][@revision]
  --weights W        file (as there), int8 or int4: quantise weights of 16 or 32 bits while they load (default file)
  --adapter A        software (Chromium's own, on the processor) or system (a GPU) (default: system where there is one)
  --tune-table       load the model, print which kernel variants were timed on this adapter, and end
  --json             print one JSON object on standard output and nothing else
  --help             print this`;

export interface AskCommand extends Positionals {
  readonly tokens: number | undefined;
  readonly gather: number | undefined;
  readonly maxNew: number;
  readonly strategy: StrategyName;
  readonly model: string | undefined;
  readonly weights: WeightKind | undefined;
  readonly adapter: AdapterKind | undefined;
  readonly tuneTable: boolean;
  readonly json: boolean;
}

/** Reads the arguments; undefined after `--help`, which prints the usage. */
export function parseAsk(args: readonly string[]): AskCommand | undefined {
  const { values, positionals } = parse(usage, {
    args: [...args],
    allowPositionals: true,
    options: {
      tokens: { type: 'string' },
      gather: { type: 'string' },
      'max-new': { type: 'string' },
      strategy: { type: 'string' },
      model: { type: 'string' },
      weights: { type: 'string' },
      adapter: { type: 'string' },
      'tune-table': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  const named = readPositionals(positionals, usage);
  const strategy = strategyNames.find((name) => name === (values.strategy ?? 'reform'));
  if (strategy === undefined) {
    const names = strategyNames.join(', ');
    throw new UsageError(`There is no strategy '${values.strategy ?? ''}'. Use one of ${names}.`, usage);
  }
  const tokens = parseCount('--tokens', values.tokens, usage);
  return {
    ...named,
    tokens: tokens ?? (named.file === undefined ? defaultTokens : undefined),
    gather:
      parseCount('--gather', values.gather, usage) ?? (named.file === undefined ? defaultGather : undefined),
    maxNew: parseCount('--max-new', values['max-new'], usage) ?? 64,
    strategy,
    model: values.model,
    weights: parseChoice('--weights', values.weights, weightKinds, usage),
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    tuneTable: values['tune-table'] ?? false,
    json: values.json ?? false,
  };
}
