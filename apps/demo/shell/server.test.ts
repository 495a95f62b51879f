// What readers type to name a server of their own.
import { expect, test } from 'vitest';
import { readServer } from './server.ts';

test('a server of this computer, or any over https', () => {
  const server = { url: 'http://localhost:11434/v1', model: 'qwen3', apiKey: '' };
  expect(readServer(' http://localhost:11434/v1 ', ' qwen3 ', ' ')).toEqual(server);
  expect(readServer('https://host.example', 'm', 'k')).toMatchObject({ apiKey: 'k' });
});

test.for([
  ['', 'm', 'whole address'],
  ['localhost:11434', 'm', 'https://'],
  ['http://host.example/v1', 'm', 'https://'],
  ['http://localhost.host.example/v1', 'm', 'https://'],
  ['javascript:alert(1)', 'm', 'https://'],
  ['https://me:secret@host.example', 'm', 'a key has'],
  ['https://host.example', ' ', 'name of the model'],
] as const)('%s with the model "%s" is refused', ([address, model, reason]) => {
  expect(readServer(address, model, '')).toContain(reason);
});
