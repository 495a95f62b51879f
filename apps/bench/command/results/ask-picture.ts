// The picture of `npm run ask` in docs/how-it-works.md: what the first run and the second spend their time on, as kept. Pure.
import type { Row } from './row.ts';

/** A step of a run; its colours are dark enough for white words on them. */
const steps: readonly (readonly [said: string, name: string, fill: string])[] = [
  ['loading and tuning', 'load', '#6b7280'],
  ['loading', 'load', '#6b7280'],
  ['opening', 'open', '#92400e'],
  ['reading', 'read', '#0f5b6c'],
  ['answering', 'answer', '#7c3aed'],
];

const runs: readonly (readonly [row: string, label: string])[] = [
  ['ask-s', 'First question: the document is read'],
  ['ask-again-s', 'Second question: it is opened from the store'],
];

const [width, left, rowHeight, barHeight] = [720, 8, 64, 28];

interface Step {
  readonly name: string;
  readonly fill: string;
  readonly seconds: number;
}

/** The steps that a row tells: `16.2 s of loading and tuning, 45.8 s of reading, ...`. */
function stepsOf(row: Row | undefined): readonly Step[] {
  return (row?.against ?? '').split(', ').flatMap((part) => {
    const [, seconds, said] = /^([\d.]+) s of (.+)$/.exec(part) ?? [];
    const step = steps.find((each) => each[0] === said);
    return step === undefined ? [] : [{ name: step[1], fill: step[2], seconds: Number(seconds) }];
  });
}

function bar(all: readonly Step[], y: number, pixels: number): string {
  let x = left;
  return all
    .map(({ name, fill, seconds }) => {
      const long = seconds * pixels;
      const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${long.toFixed(1)}" height="${barHeight}" fill="${fill}"/>`;
      const words = `${name} ${seconds.toFixed(1)} s`;
      const middle = (x + long / 2).toFixed(1);
      const label =
        long > 7 * words.length
          ? `<text x="${middle}" y="${y + 19}" fill="#fff" text-anchor="middle">${words}</text>`
          : '';
      x += long;
      return `${rect}${label}`;
    })
    .join('\n');
}

/** The picture as an SVG file. */
export function askPicture(rows: readonly Row[]): string {
  const drawn = runs.map(([name, label]) => ({
    label,
    steps: stepsOf(rows.find((row) => row.name === name)),
  }));
  const longest = Math.max(
    1,
    ...drawn.map((run) => run.steps.reduce((sum, { seconds }) => sum + seconds, 0)),
  );
  const pixels = (width - 2 * left) / longest;
  const bars = drawn.map(
    (run, i) =>
      `<text x="${left}" y="${i * rowHeight + 22}" fill="#808080">${run.label}</text>\n${bar(run.steps, i * rowHeight + 30, pixels)}`,
  );
  const height = runs.length * rowHeight + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>What npm run ask spends its time on</title>
${bars.join('\n')}
</svg>
`;
}
