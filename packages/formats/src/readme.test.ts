// README's table of what loads, made of the tables that loading goes by.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { families } from './families.ts';
import { matrixTypes } from './repack/source-types.ts';
import { modelTypes } from './safetensors/model-types.ts';

const begin =
  '<!-- what loads: compared with the code by npx vitest run --project unit packages/formats/src/readme -->\n\n';
const end = '\n\n<!-- end of what loads -->';

/** Every family takes every type: tensors are repacked without asking whose they are. */
function table(): string {
  const rows = families.map(({ architecture }) => {
    const hub = Object.entries(modelTypes).filter(([, { family }]) => family.architecture === architecture);
    return [`\`${architecture}\``, 'all', hub.map(([name]) => `\`${name}\``).join(', ') || 'none'];
  });
  const head = ['architecture', 'GGUF, of types', 'safetensors, `model_type`'];
  const types = [...matrixTypes.values()].map(({ name }) => name).join(', ');
  return [
    ...[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
    `\nAll types: ${types}. Safetensors: F32, F16, BF16; int8 or int4 as they load, when asked.`,
  ].join('\n');
}

it('names every family and type that loads, and no other', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, written = ''] = readme.split(begin);
  const [rows = ''] = written.split(end);
  // Prettier pads the columns; lines may break anywhere.
  const plain = (text: string) => text.replace(/-{3,}/g, '---').replace(/\s+/g, ' ');
  expect(plain(rows)).toBe(plain(table()));
});
