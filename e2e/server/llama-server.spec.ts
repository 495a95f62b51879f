// Answers from a real server of the reader's own: llama.cpp's, by `llama_cpp.server`, with the packaged model. No part of `npm test`, as it
// has to be built: `pip install 'llama-cpp-python[server]==0.3.36'`, then `npx playwright test --project=server`, with LONGREAD_PYTHON
// where that is another Python than `python3`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { defaultModelPath } from '@longread/models';
import { drop, expect, expectOpen, nameServer, test as base } from '../page/fixtures.ts';

const key = 'a key of the test';
const model = 'packaged';

interface LlamaServer {
  readonly host: string;
  /** What it has answered, a line a request. */
  readonly log: () => string;
}

const test = base.extend<object, { llama: LlamaServer }>({
  llama: [
    // Playwright reads the fixtures that a fixture needs from this pattern, so it has to be there.
    async ({}, use) => {
      const port = await freePort();
      const python = process.env.LONGREAD_PYTHON ?? 'python3';
      const options = {
        '--model': defaultModelPath(),
        '--model_alias': model,
        '--api_key': key,
        '--port': String(port),
        '--n_ctx': '2048',
      };
      const server = spawn(python, ['-m', 'llama_cpp.server', ...Object.entries(options).flat()], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let log = '';
      for (const stream of [server.stdout, server.stderr])
        stream.on('data', (text: Buffer) => (log += String(text)));
      const ended = once(server, 'exit');
      const listens = async (): Promise<void> => {
        if (server.exitCode !== null)
          throw new Error(`${python} -m llama_cpp.server ended; how to install it stands above.\n${log}`);
        const { status } = await fetch(`http://127.0.0.1:${port}/v1/models`, {
          headers: { Authorization: `Bearer ${key}` },
        });
        expect(status).toBe(200);
      };
      await expect(listens).toPass({ timeout: 60_000 });
      await use({ host: `127.0.0.1:${port}`, log: () => log });
      server.kill();
      await ended;
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const log = {
  name: 'gate.txt',
  bytes: 'The number of the harbour gate is 4711. The harbour master wrote it on the wall.',
};

test('llama.cpp answers from the passages, is stopped, and refuses another key', async ({
  reader,
  llama,
}) => {
  await drop(reader, log);
  await expectOpen(reader, log.name);
  await nameServer(reader, llama.host, { model, key });
  expect(llama.log()).not.toContain('chat/completions'); // nothing is sent before a question

  const field = reader.getByLabel('Your question');
  const answers = reader.locator('[part~=answer]');
  await test.step('answered', async () => {
    await field.fill('What is the number of the harbour gate?');
    await field.press('Enter');
    await expect(reader.getByText('About this answer').last()).toBeVisible();
    await expect(answers.last()).toContainText('4711');
    expect(llama.log()).toContain('"POST /v1/chat/completions HTTP/1.1" 200');
  });

  await test.step('stopped', async () => {
    await field.fill('Tell me a very long story about the harbour, in a thousand words.');
    await field.press('Enter');
    await expect(answers).toHaveCount(2);
    await expect(answers.last()).toContainText(/\w+ \w+/);
    await reader.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(reader.getByText('Stopped before its end.')).toBeVisible();
  });

  await test.step('refused', async () => {
    await reader.getByRole('button', { name: `Answers: ${llama.host}` }).click();
    await nameServer(reader, llama.host, { model, key: 'another key' });
    await field.fill('What is the number of the harbour gate?');
    await field.press('Enter');
    const alert = reader.getByRole('alert');
    await expect(alert).toContainText('does not accept the key');
    await expect(alert).not.toContainText('another key');
  });
});
