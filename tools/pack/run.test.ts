// What run.sh makes of its steps, on a pack whose Node is a script of a few lines: order, counts, exit status.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compress } from './tools.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'longread-run-'));
  const pack = join(place, 'pack');
  await mkdir(join(pack, 'app'), { recursive: true });
  await mkdir(join(pack, 'data'));
  const script = join(import.meta.dirname, 'run.sh');
  await writeFile(join(pack, 'run.sh'), await readFile(script));
  // Ends as the variable CODES says for the step, `bench-3b=3` for one, else with 0.
  const node = `#!/usr/bin/env bash
for argument in "$@"; do case $argument in --name=*) name=\${argument#--name=} ;; esac; done
echo "did $name"
for code in \${CODES:-}; do [ "\${code%=*}" = "$name" ] && exit "\${code#*=}"; done
exit 0
`;
  for (const [name, text] of [
    ['node', node],
    ['dawn.node', 'nothing'],
  ] as const) {
    await writeFile(join(place, name), text);
    await compress(join(place, name), join(pack, `${name}.xz`));
  }
});
afterEach(() => rm(place, { recursive: true }));

async function run(command: string, environment: Readonly<Record<string, string>> = {}) {
  const out = join(place, 'out');
  const env = { PATH: process.env.PATH, OUT: out, LONGREAD_WORK: join(place, 'work'), ...environment };
  const code = await promisify(execFile)('bash', [join(place, 'pack', 'run.sh'), ...command.split(' ')], {
    env,
  }).then(
    () => 0,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
  const lines = (await readFile(join(out, 'log.txt'), 'utf8')).trimEnd().split('\n');
  const did = lines.flatMap((line) => /^did (.*)/.exec(line)?.[1] ?? []);
  return { code, did, last: lines.at(-1) };
}

const all = ['device', 'bench-135m', 'tests', 'bench-1.7b', 'engine', 'bench-3b', 'bench-1.7b-f16'];

test('all steps pass', async () => {
  expect(await run('full')).toEqual({
    code: 0,
    did: all,
    last: 'full: 7 steps passed, 0 failed, 0 cut short by the time given',
  });
});

test('a step that fails or dies costs the others nothing', async () => {
  expect(await run('full', { CODES: 'tests=1 bench-3b=139 engine=3' })).toEqual({
    code: 1,
    did: all,
    last: 'full: 4 steps passed, 2 failed, 1 cut short by the time given; failed: tests bench-3b; cut short: engine',
  });
});

test('only the steps that are named', async () => {
  expect(await run('full engine tests')).toEqual({
    code: 0,
    did: ['device', 'tests', 'engine'],
    last: 'full: 3 steps passed, 0 failed, 0 cut short by the time given',
  });
});

test('a named step that the mode does not have is a failure', async () => {
  const { code, did, last } = await run('full engin');
  expect({ code, did }).toEqual({ code: 1, did: ['device'] });
  expect(last).toContain('1 steps passed, 1 failed, 0 cut short by the time given; failed: engin');
});

test('what only lacked time is told, and is no failure', async () => {
  expect(await run('quick', { CODES: 'bench-135m=3' })).toEqual({
    code: 3,
    did: ['device', 'tests', 'bench-135m'],
    last: 'quick: 2 steps passed, 0 failed, 1 cut short by the time given; cut short: bench-135m',
  });
});

test('a step for which no time is left is cut short, too', async () => {
  const { code, did, last } = await run('quick', { LONGREAD_SECONDS: '0' });
  expect({ code, did }).toEqual({ code: 3, did: [] });
  expect(last).toContain('0 steps passed, 0 failed, 1 cut short');
});

test('without an adapter nothing else is tried', async () => {
  const { code, did, last } = await run('full', { CODES: 'device=1' });
  expect({ code, did: new Set(did) }).toEqual({ code: 1, did: new Set(['device']) });
  expect(last).toContain('failed: device');
});

test('the model waits for both of its parts', async () => {
  const pack = join(place, 'pack');
  const model = join(place, 'model');
  await writeFile(model, 'weights');
  await compress(model, join(place, 'model.xz'));
  const bytes = await readFile(join(place, 'model.xz'));
  await writeFile(join(pack, 'model.size'), `${bytes.length}\n`);
  await writeFile(join(pack, 'model.part1'), bytes.subarray(0, 20));
  const first = await run('model');
  expect(first).toMatchObject({ code: 1, did: ['device'] });
  expect(first.last).toContain('failed: model');
  await rm(join(pack, 'model.part1'));
  await writeFile(join(pack, 'model.part2'), bytes.subarray(20));
  const { code, did } = await run('model');
  expect({ code, did: did.slice(1) }).toEqual({ code: 0, did: ['device', 'ask', 'golden', 'bench-model'] });
  expect(await readFile(join(place, 'work', 'model.gguf'), 'utf8')).toBe('weights');
  expect((await run('eval')).did).toContain('eval');
});
