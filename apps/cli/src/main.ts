// Entry of every command, called by start.mjs once the workspace is installed: `main.ts <command> [arguments]`.
import { LongreadError } from '@longread/core';
import { note } from './console.ts';
import { UsageError } from './usage.ts';

type Command = (args: readonly string[]) => Promise<void>;

/** Each command is loaded only when it is called: the tests need no document, the demo no tests. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  ask: async () => (await import('./ask.ts')).ask,
  fuzz: async () => (await import('./fuzz.ts')).fuzz,
  needle: async () => (await import('./needle.ts')).needle,
  faults: async () => (await import('./faults/faults.ts')).faults,
  bench: async () => (await import('./bench/bench.ts')).bench,
  demo: async () => (await import('./demo.ts')).demo,
  test: async () => (await import('./test.ts')).test,
  'test-dawn': async () => (await import('./test-dawn.ts')).testDawn,
};

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    note(`${error.message}\n\n${error.usage}`);
    return 2;
  }
  if (error instanceof LongreadError) note(`${error.code}: ${error.message}`);
  else note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/** Runs one command and sets the exit code: 1 for a failure, 2 for a wrong command line. */
export async function main(args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args;
  const names = Object.keys(commands).join(', ');
  try {
    const load = commands[name];
    if (load === undefined) throw new UsageError(`There is no command '${name}'.`, `Commands: ${names}`);
    const command = await load();
    await command(rest);
  } catch (error) {
    process.exitCode = explain(error);
  }
}
