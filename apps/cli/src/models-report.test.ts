// The list of recommended models, as a terminal shows it.
import { namedRecommendations } from '@longread/models';
import { expect, test } from 'vitest';
import { formatModels } from './models-report.ts';

test('has three lines a model, with what to write behind --model', () => {
  const { date, models } = namedRecommendations();
  const [title, head, ...lines] = formatModels(date, models).trimEnd().split('\n');
  expect(title).toBe(`Recommended models, as of ${date}`);
  expect(head).toMatch(/^model +MB +window +licence$/);
  expect(lines).toHaveLength(3 * models.length);
  const printed = lines.join('\n');
  expect(printed).toMatch(
    /Qwen3 0\.6B +397 +40,960 +Apache-2\.0\n {4}.* Stated by its authors, .*\n {4}--model hf:unsloth\/Qwen3-0\.6B-GGUF\/Qwen3-0\.6B-Q4_K_M\.gguf@\w+\n/,
  );
  expect(printed).toMatch(/Gemma 3 270M +254 .*\n.* Measured here\.\n {4}--model gemma-3-270m\n/);
  expect(printed).toMatch(/SmolLM2 135M Instruct .*\n.*\n {4}The model that is taken without --model\n/);
});

test('says what is unknown', () => {
  const model = { name: 'Some', licence: 'MIT', goodAt: 'Little.', facts: 'stated by its authors' } as const;
  expect(
    formatModels('2026-11-27', [{ ...model, model: 'hf:a/b', fileBytes: undefined, contextLength: 4096 }]),
  ).toBe(
    `Recommended models, as of 2026-11-27
model       MB  window  licence
Some   unknown   4,096  MIT
    Little. Stated by its authors, not measured here.
    --model hf:a/b
`,
  );
});
