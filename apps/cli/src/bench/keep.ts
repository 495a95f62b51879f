// Writes a run's results to docs/results: the rows as JSON, the table as Markdown, and plots drawn by the plots page.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plot } from '@longread/bench/plots/driver.ts';
import { note } from '../console.ts';
import { rootFolder } from '../root.ts';
import { formatResults, type Results } from './report.ts';
import type { Workbench } from './workbench.ts';

const folder = join(rootFolder, 'docs', 'results');

/** Replaces the run that was kept before. */
export async function keepResults(results: Results, workbench: Workbench): Promise<void> {
  const page = await workbench.page('/bench/plots/');
  const plots: Readonly<Record<string, Plot>> = await page.evaluate(
    (rows) => window.longreadPlots(rows),
    results.rows,
  );
  const figures = Object.entries(plots).map(
    ([name, { title }]) => `## ${title}\n\n![${title}](${name}.svg)\n`,
  );
  const markdown = `# Benchmark results

Made by \`npm run bench -- --keep\` and by nothing else; the samples are in [bench.json](bench.json).

${formatResults(results)}
${figures.join('\n')}`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(folder, 'bench.md'), markdown);
  for (const [name, { svg }] of Object.entries(plots))
    await writeFile(join(folder, `${name}.svg`), `${svg}\n`);
  note(`Kept in ${folder}`);
}
