// Chat templates of real models against jinja2 (e2e/golden/chat_templates.py), which come with llama.cpp's sources: fetched once through
// pip, minutes, or from the folder that LONGREAD_TEMPLATES names.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import golden from '../../../e2e/golden/chat-templates.json' with { type: 'json' };
import { cacheFolder } from '../../command/src/root.ts';
import { downloadPackage } from '../../models/src/pip.ts';
import { createChatRenderer } from './chat-template.ts';

const run = promisify(execFile);
const requirement = `llama-cpp-python==${golden.versions['llama-cpp-python']}`;

/** Templates stand in the source distribution alone; pip asks its build for its metadata, which takes most of the time. */
async function fetchTemplates(): Promise<string> {
  const folder = join(cacheFolder, 'templates', requirement);
  if (await readdir(folder).catch(() => undefined)) return folder;
  await mkdir(join(cacheFolder, 'templates'), { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder, 'templates', 'new-'));
  try {
    const archive = await downloadPackage(requirement, scratch, 'source');
    const only = ['--strip-components=5', '--wildcards', '*/vendor/llama.cpp/models/templates/*.jinja'];
    await mkdir(join(scratch, 'out'));
    await run('tar', ['xzf', archive, '-C', join(scratch, 'out'), ...only]);
    await rename(join(scratch, 'out'), folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return folder;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Refused when a model is loaded, by what the library cannot do: of no family that loads, but for the second, of 70 billion weights. */
const beyondLibrary: Readonly<Record<string, string>> = {
  'ByteDance-Seed-OSS.jinja': 'Object keys must be strings',
  'meetkai-functionary-medium-v3.1.jinja': 'Cannot apply filter "selectattr" to type: NullValue',
  'tencent-Hy3.jinja': 'Cannot call something that is not a function',
};

let folder: string;
beforeAll(async () => {
  folder = process.env.LONGREAD_TEMPLATES ?? (await fetchTemplates());
  vi.setSystemTime(new Date(golden.now)); // some templates say what day it is
}, 600_000);
afterAll(() => {
  vi.useRealTimers();
});

describe.each(golden.templates)('$name', ({ name, sha256: expected, rendered }) => {
  test.each(golden.conversations.map((messages, i) => ({ messages, i })))(
    'conversation $i',
    async ({ messages, i }) => {
      const template = await readFile(join(folder, name), 'utf8');
      expect(sha256(template)).toBe(expected);
      const { bos_token, eos_token } = golden.given;
      const config = { chat_template: template, bos_token, eos_token };
      const render = createChatRenderer({ config, addBos: false });
      const lacks = beyondLibrary[name];
      if (lacks !== undefined) expect(() => render(messages)).toThrow(lacks);
      else if (rendered[i] === null)
        expect(() => render(messages)).toThrow('The chat template cannot render');
      else expect(sha256(render(messages)), 'see chat_templates.py --show').toBe(rendered[i]);
    },
  );
});
