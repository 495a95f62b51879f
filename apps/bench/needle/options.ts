// The command line of `npm run needle`.
import { adapterKinds, type AdapterKind } from '@longread/browser';
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';

const usage = `Usage: npm run needle -- [options]
Hides numbers in generated prose, evenly over its depth, and asks for each.
  --tokens N         length of each document (default 8192)
  --samples N        numbers to hide and ask for (default 10)
  --documents N      documents they are hidden in; those of one document distract from each other, and it is read
                     only once (default one document each)
  --gather N         tokens gathered and recomputed for the answer (default 1024)
  --model PATH|URL   another model: gemma-3-270m, a GGUF file, a folder with safetensors, or an address
  --adapter A        software or system (default: system where there is one)
  --keep             write each sample to docs/results as it ends, and the figures to the README; a run of the same
                     settings, engine and browser that was cut goes on after its last sample
  --json             print one JSON object on standard output: recall, exact, samples
  --help             print this`;

export interface NeedleCommand {
  readonly tokens: number;
  readonly samples: number;
  readonly documents: number;
  readonly gather: number;
  readonly model: string | undefined;
  readonly adapter: AdapterKind | undefined;
  readonly keep: boolean;
  readonly json: boolean;
}

/** Reads the arguments; undefined after `--help`, which prints the usage. @throws UsageError */
export function parseNeedle(args: readonly string[]): NeedleCommand | undefined {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      tokens: { type: 'string' },
      samples: { type: 'string' },
      documents: { type: 'string' },
      gather: { type: 'string' },
      model: { type: 'string' },
      adapter: { type: 'string' },
      keep: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  const samples = parseCount('--samples', values.samples, usage) ?? 10;
  const documents = parseCount('--documents', values.documents, usage) ?? samples;
  if (documents > samples)
    throw new UsageError(
      `--documents is ${documents}, but there are only ${samples} samples to hide.`,
      usage,
    );
  return {
    tokens: parseCount('--tokens', values.tokens, usage) ?? 8192,
    samples,
    documents,
    gather: parseCount('--gather', values.gather, usage) ?? 1024,
    model: values.model,
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    keep: values.keep ?? false,
    json: values.json ?? false,
  };
}
