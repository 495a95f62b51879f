// The real command, as typed: refusals that need no browser, with their exit codes.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { rootFolder } from '@longread/command';

vi.setConfig({ testTimeout: 120_000 });

function run(command: string): Promise<{ readonly code: number; readonly said: string }> {
  const env = { ...process.env, INIT_CWD: undefined, START: join(rootFolder, 'tools', 'start.mjs') };
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { cwd: join(rootFolder, 'docs'), env }, (error, _, said) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said }),
    );
  });
}

test.concurrent.for([
  ['node $START ask pictures "Who?"', 3, 'files can be read as text'],
  ['node $START ask metod.md', 2, `There is no file ${join(rootFolder, 'docs', 'metod.md')}`],
  ['node $START ask - "Who?" < /dev/null', 3, 'Standard input is empty'],
  ['node $START ask - "Who?" < results', 3, 'Standard input is a folder'],
  ['node $START ask https://books.example/moby.txt', 2, 'Addresses are not read'],
  ['node $START ask method.md "Who?" --model -', 3, '- is a pipe'],
  // npm may close what the shell handed to it: the pipe is found where it still is.
  ['node $START ask /dev/fd/9 "Who?" 9<&-; exit $?', 3, '/dev/fd/9 is empty', '9< <(true)'],
  ['node $START ask method.md "Who?" --model faults.md', 3, 'faults.md: Not a GGUF file: it is text'],
  ['node $START ask method.md faults.md', 2, 'Say what to ask about method.md, faults.md'],
  ['node $START ask --lst', 2, 'Did you mean --list?'],
  ['node $START ask --export x method.md', 3, 'Use --force to replace it'],
  ['node $START ask --export x gone/x.longread', 3, 'There is no folder'],
  ['node $START ask --import metod.longread', 3, 'There is no file'],
  ['node $START demo --port 70000', 2, '--port takes a number up to 65535'],
  ['node $START ask --adapter gpu', 2, "--adapter takes software or system, not 'gpu'"],
  ['node $START test types --adapter gpu', 2, "--adapter takes software or system, not 'gpu'"],
] as const)('%s', async ([command, code, expected, around]) => {
  const { code: actual, said } = await run(around === undefined ? command : `{ ${command}; } ${around}`);
  expect(said).toContain(expected);
  expect(actual).toBe(code);
});
