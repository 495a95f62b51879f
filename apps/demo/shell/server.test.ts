// What readers type to name a server of their own.
import { expect, test } from 'vitest';
import { Words } from '@longread/element/testing';
import { shell, type Say } from './copy.ts';
import { readServer } from './server.ts';

const say: Say = (key, values) => new Words().sayOf(shell, key, values);

test('a server of this computer, or any over https', () => {
  const server = { url: 'http://localhost:11434/v1', model: 'qwen3', apiKey: '' };
  expect(readServer([' http://localhost:11434/v1 ', ' qwen3 ', ' '], say)).toEqual(server);
  expect(readServer(['https://host.example', 'm', 'k'], say)).toMatchObject({ apiKey: 'k' });
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
  expect(readServer([address, model, ''], say)).toContain(reason);
});
