// What `npm run ask -- --list-models` prints.
import type { NamedRecommendation } from '@longread/models';

const numbers = new Set([1, 2]);

/** Three lines a model. */
export function formatModels(date: string, models: readonly NamedRecommendation[]): string {
  const rows = models.map(({ name, fileBytes, contextLength, licence }) => [
    name,
    fileBytes === undefined ? 'unknown' : Math.ceil(fileBytes / 1e6).toLocaleString('en-US'),
    contextLength.toLocaleString('en-US'),
    licence,
  ]);
  const table = [['model', 'MB', 'window', 'licence'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numbers.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head = '', ...lines] = table.map(line);
  const all = models.flatMap(({ goodAt, facts, model }, i) => [
    lines[i] ?? '',
    `    ${goodAt} ${facts === 'measured here' ? 'Measured here.' : 'Stated by its authors, not measured here.'}`,
    model === undefined ? '    The model that is taken without --model' : `    --model ${model}`,
  ]);
  return [`Recommended models, as of ${date}`, head, ...all, ''].join('\n');
}
