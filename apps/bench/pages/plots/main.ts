// Draws the results as SVG with Observable Plot: shares of the peak, and ratios on a logarithmic scale. Every sample is a dot.
import * as Plot from '@observablehq/plot';
import type { Plot as Drawn, PlottedRow } from './driver.ts';

const size = { width: 820, marginLeft: 260, style: { background: 'white', fontSize: '12px' } };

function serialise(element: Element): string {
  const svg = element instanceof SVGSVGElement ? element : element.querySelector('svg');
  if (svg === null) throw new Error('the plot holds no SVG');
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg.outerHTML;
}

/** Samples of a share row are in the row's unit: scaled so that their median is the share. */
function dots(rows: readonly PlottedRow[], field: 'share' | 'ratio') {
  return rows.flatMap(({ name, samples, ...row }) => {
    const sorted = samples.toSorted((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 1;
    return samples.map((value) => ({ name, value: (value / middle) * (row[field] ?? 0) }));
  });
}

function shares(rows: readonly PlottedRow[]): Element {
  return Plot.plot({
    ...size,
    x: { label: "share of the device's measured peak", domain: [0, 1], grid: true },
    y: { label: null, domain: rows.map(({ name }) => name) },
    marks: [
      Plot.barX(rows, { x: 'share', y: 'name', fill: '#9ecae1' }),
      Plot.dot(dots(rows, 'share'), { x: 'value', y: 'name', r: 2.5, fill: '#08519c' }),
      Plot.ruleX([0]),
    ],
  });
}

function ratios(rows: readonly PlottedRow[]): Element {
  return Plot.plot({
    ...size,
    x: { label: 'ratio', type: 'log', grid: true },
    y: { label: null, domain: rows.map(({ name }) => name) },
    marks: [
      Plot.ruleX([1], { stroke: '#999' }),
      Plot.ruleY(rows, { x1: 1, x2: 'ratio', y: 'name', stroke: '#9ecae1', strokeWidth: 4 }),
      Plot.dot(dots(rows, 'ratio'), { x: 'value', y: 'name', r: 2.5, fill: '#08519c' }),
    ],
  });
}

window.longreadPlots = (rows) => {
  const withShare = rows.filter(({ share }) => share !== undefined);
  const withRatio = rows.filter(({ ratio }) => ratio !== undefined && ratio > 0);
  const drawn: Record<string, Drawn> = {};
  if (withShare.length > 0) drawn.shares = { title: 'Shares of the peak', svg: serialise(shares(withShare)) };
  if (withRatio.length > 0) drawn.ratios = { title: 'Ratios', svg: serialise(ratios(withRatio)) };
  return drawn;
};
