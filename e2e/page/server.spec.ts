// Answers from a server of the reader's own: said before anything is sent, streamed, stopped, refused, and only to where it was named.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { drop, expect, expectOpen, nameServer, test as base } from './fixtures.ts';

interface Asked {
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly messages: readonly { readonly content: string }[] };
}

/** Speaks OpenAI's chat completions; says the words, and waits for `release` before the last of them. */
async function serveChat(site: string) {
  const state = { asked: [] as Asked[], allows: true, key: '', words: ['It is ', '4711 ', '[1].'], cut: 0 };
  let release = (): void => undefined;
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (state.allows) {
      response.setHeader('Access-Control-Allow-Origin', site);
      response.setHeader('Access-Control-Allow-Headers', 'authorization,content-type');
    }
    if (request.method === 'OPTIONS') return void response.end();
    let text = '';
    for await (const piece of request) text += String(piece);
    const { authorization } = request.headers;
    state.asked.push({ authorization, body: JSON.parse(text) as Asked['body'] });
    if (authorization !== (state.key === '' ? undefined : `Bearer ${state.key}`)) {
      response.writeHead(401, { 'Content-Type': 'application/json' });
      return void response.end('{"error":{"message":"Who are you?"}}');
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.on('close', () => (state.cut += response.writableFinished ? 0 : 1));
    const send = (delta: object, finish: string | null) =>
      response.write(
        `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      );
    const last = state.words.at(-1) ?? '';
    for (const content of state.words.slice(0, -1)) send({ content }, null);
    await new Promise<void>((resolve) => (release = resolve));
    send({ content: last }, null);
    send({}, 'stop');
    response.end('data: [DONE]\n\n');
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    state,
    host: `127.0.0.1:${port}`,
    release: () => release(),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const test = base.extend<{ chat: Awaited<ReturnType<typeof serveChat>> }>({
  chat: async ({ site }, use) => {
    const chat = await serveChat(site.origin);
    await use(chat);
    await chat.close();
  },
});

const log = {
  name: 'gate.txt',
  bytes: 'The number of the harbour gate is 4711. The harbour master wrote it on the wall.',
};
const question = 'What is the number of the harbour gate?';

async function send(page: Page): Promise<void> {
  const field = page.getByLabel('Your question');
  await field.fill(question);
  await field.press('Enter');
}

test('is named in sight before anything is sent, answers streamed, and is stopped', async ({
  reader,
  chat,
}) => {
  await drop(reader, log);
  await expectOpen(reader, log.name);
  await nameServer(reader, chat.host, { model: 'big', key: 'secret-key' });
  chat.state.key = 'secret-key';
  const named = reader.getByRole('button', { name: `Answers: ${chat.host}` });
  await expect(named).toBeVisible();
  expect(chat.state.asked).toEqual([]);

  await send(reader);
  const answer = reader.locator('[part~=answer]').last();
  await expect(answer).toContainText('It is 4711'); // before the last piece is sent
  chat.release();
  await expect(reader.getByText('About this answer').last()).toBeVisible();
  await expect(answer).toContainText('[1].');
  const [asked] = chat.state.asked;
  expect(asked?.authorization).toBe('Bearer secret-key');
  expect(asked?.body.model).toBe('big');
  expect(asked?.body.messages.map(({ content }) => content).join('\n')).toContain('harbour gate is 4711');

  await send(reader);
  await expect(reader.locator('[part~=answer]')).toHaveCount(2);
  await expect(answer).toContainText('It is 4711');
  await reader.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(reader.getByText('Stopped before its end.')).toBeVisible();
  await expect(() => expect(chat.state.cut).toBe(1)).toPass();

  await test.step('the key is nowhere in what is kept', async () => {
    const kept = await reader.evaluate(() =>
      JSON.stringify([localStorage, sessionStorage].map((kept) => Object.entries(kept))),
    );
    expect(kept).not.toContain('secret-key');
  });
  await named.click();
  await expect(named).toHaveCount(0);
});

test('that wants another key, or lets no page in, is told with what to do', async ({ reader, chat }) => {
  await drop(reader, log);
  await expectOpen(reader, log.name);
  chat.state.key = 'another';
  await nameServer(reader, chat.host, { model: 'big', key: 'wrong-key' });
  await send(reader);
  const alert = reader.getByRole('alert');
  await expect(alert).toContainText('does not accept the key');
  await expect(alert).not.toContainText('wrong-key');
  await expect(alert.locator('code')).toHaveText('Network');
  await alert.getByRole('button', { name: 'Dismiss' }).click();

  chat.state.allows = false;
  await send(reader);
  await expect(alert).toContainText('CORS');
  await expect(alert).toContainText(chat.host);
  await alert.getByRole('button', { name: 'Dismiss' }).click();

  await test.step('the policy lets plain http: to other machines not be tried', async () => {
    await reader.getByRole('button', { name: `Answers: ${chat.host}` }).click();
    await reader.getByRole('button', { name: 'Settings' }).click();
    await reader.getByLabel('Address', { exact: true }).fill('http://192.168.0.9/v1');
    await reader.getByLabel('Model', { exact: true }).fill('big');
    await reader.getByRole('button', { name: 'Send questions there' }).click();
    await expect(reader.getByText('The address has to begin with https://')).toBeVisible();
    await reader.getByRole('button', { name: 'Close the settings' }).click();
    const refused = await reader.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
          void fetch('http://192.168.0.9/v1').catch(() => undefined);
        }),
    );
    expect(refused).toBe('connect-src');
  });
});
