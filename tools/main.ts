// Entry of every command, called by start.mjs once the workspace is installed: `main.ts <command> [arguments]`.
import { inFlags } from '@longread/cli/src/flags.ts';
import { causesOf, exitCodeOf, note, UsageError } from '@longread/command';
import { LongreadError } from '@longread/core';

type Command = (args: readonly string[]) => Promise<void>;

/** Each command is loaded only when it is called: the tests need no document, the demo no tests. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  ask: async () => (await import('@longread/cli/src/ask.ts')).ask,
  fuzz: async () => (await import('@longread/trials/fuzz/fuzz.ts')).fuzz,
  needle: async () => (await import('@longread/bench/needle/needle.ts')).needle,
  eval: async () => (await import('@longread/bench/eval/eval.ts')).evaluate,
  calibrate: async () => (await import('@longread/bench/calibrate/calibrate.ts')).calibrate,
  faults: async () => (await import('@longread/trials/faults/faults.ts')).faults,
  load: async () => (await import('@longread/trials/load/load.ts')).load,
  bench: async () => (await import('@longread/bench/command/bench.ts')).bench,
  demo: async () => (await import('@longread/cli/src/demo.ts')).demo,
  million: async () => (await import('@longread/bench/million/million.ts')).million,
  cost: async () => (await import('@longread/bench/cost/cost.ts')).cost,
  reference: async () => (await import('./reference.ts')).reference,
  pictures: async () => (await import('./pictures.ts')).pictures,
  lighthouse: async () => (await import('./page/lighthouse.ts')).lighthouse,
  simulated: async () => (await import('@longread/bench/simulated/simulated.ts')).simulated,
  test: async () => (await import('./test/test.ts')).test,
  build: async () => (await import('./packages/build.ts')).build,
  'pack-gpu': async () => (await import('./pack/pack.ts')).pack,
};

function explain(error: unknown, command: string): void {
  if (error instanceof UsageError) {
    note(`${error.message}\n\n${error.usage}`);
    return;
  }
  const said = describe(error, command);
  const causes = causesOf(error).filter((cause) => !said.includes(cause));
  note([said, ...causes.map((cause) => `  Cause: ${cause}`)].join('\n'));
}

function describe(error: unknown, command: string): string {
  if (error instanceof LongreadError)
    return `${error.code}: ${command === 'ask' ? inFlags(error.message) : error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs one command and sets the exit code by the kind of its error. */
export async function main(args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args;
  const names = Object.keys(commands).join(', ');
  try {
    const load = commands[name];
    if (load === undefined) throw new UsageError(`There is no command '${name}'.`, `Commands: ${names}`);
    const command = await load();
    await command(rest);
  } catch (error) {
    explain(error, name);
    process.exitCode = exitCodeOf(error);
  }
}
