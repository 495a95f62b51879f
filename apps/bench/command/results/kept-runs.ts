// What docs/results holds: runs, the newest first, each row in the newest run that measured it. Pure.
import { formatResults, type Results } from './report.ts';
import type { Row } from './row.ts';

/** Adds a run; its rows replace those of earlier runs, and a run without rows is dropped. A row without a number replaces none. */
export function addRun(runs: readonly Results[], run: Results): Results[] {
  const rows = run.rows.filter(({ value }) => value !== null);
  const measured = new Set(rows.map(({ name }) => name));
  const earlier = runs.map(({ header, rows: kept }) => ({
    header,
    rows: kept.filter(({ name }) => !measured.has(name)),
  }));
  return [{ header: run.header, rows }, ...earlier].filter((each) => each.rows.length > 0);
}

/** What was kept as it is kept today: rows that the benchmark no longer has are dropped, and one sample has no spread. */
export function currentRuns(runs: readonly Results[], known: ReadonlySet<string>): Results[] {
  return runs
    .map(({ header, rows }) => ({
      header,
      rows: rows
        .filter(({ name }) => known.has(name))
        .map((row) => (row.samples.length < 2 ? { ...row, spread: null } : row)),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** All rows of all runs. */
export function rowsOf(runs: readonly Results[]): Row[] {
  return runs.flatMap(({ rows }) => rows);
}

/** The page: every run under its own header, then the plots. */
export function formatRuns(runs: readonly Results[], plots: Readonly<Record<string, string>>): string {
  const tables = runs.map((run) => `## ${run.header.date.slice(0, 10)}\n\n${formatResults(run)}`);
  const figures = Object.entries(plots).map(([name, title]) => `## ${title}\n\n![${title}](${name}.svg)\n`);
  return `# Benchmark results

Made by \`npm run bench -- --keep\` and by nothing else; the samples are in [bench.json](bench.json). A run of some rows replaces
those rows: rows of different runs were not measured side by side.

${[...tables, ...figures].join('\n')}`;
}
