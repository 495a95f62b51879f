// Draws the results as SVG with Observable Plot: shares of the peak, and ratios on a logarithmic scale. Every sample is a dot.
import * as Plot from '@observablehq/plot';
import type { Curves, HeatMap, Plot as Drawn, PlottedRow } from './driver.ts';
import { demandInside } from './inside.ts';
import { dotsOf, figureLabel, linearDomain, logDomain, otherDotsOf, powersOfTen, spread } from './layout.ts';

const bar = '#9ecae1';
const dot = '#08519c';
const fontSize = 12;
/** Of the widest characters that names and labels have, in this font. */
const characterWidth = 0.62 * fontSize;

/** Room for names on the left and figures on the right, whatever their lengths; ticks and a label below. */
function frameOf(names: readonly string[], labels: readonly string[]) {
  const longest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const marginLeft = Math.ceil(characterWidth * longest(names)) + 20;
  const marginRight = Math.ceil(characterWidth * longest(labels)) + 20;
  return {
    marginLeft,
    marginRight,
    marginBottom: 50,
    width: marginLeft + 460 + marginRight,
    style: { background: 'white', fontSize: `${fontSize}px`, fontFamily: 'sans-serif' },
  };
}

/** The plot in the page, where its texts have sizes; as text once nothing of it is cut. */
function serialise(element: Element): string {
  const svg = element instanceof SVGSVGElement ? element : element.querySelector('svg');
  if (svg === null) throw new Error('the plot holds no SVG');
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  document.body.append(svg);
  demandInside(svg);
  return svg.outerHTML;
}

/** The figures as a column right of the frame. */
function figureColumn(rows: readonly PlottedRow[], field: 'share' | 'ratio') {
  const labels = rows.map((row) => figureLabel(row, row[field] ?? NaN));
  const text = Plot.text(rows, {
    y: 'name',
    text: (_row: PlottedRow, i: number) => labels[i],
    frameAnchor: 'right',
    textAnchor: 'start',
    dx: 8,
  });
  return { labels, text };
}

function shares(rows: readonly PlottedRow[]): Element {
  const names = rows.map(({ name }) => name);
  const samples = dotsOf(rows, 'share');
  const others = otherDotsOf(rows);
  const figures = figureColumn(rows, 'share');
  const drawn = [...samples, ...others].map(({ value }) => value);
  const ofOthers = others.length > 0 ? '; circles: of a smaller peak' : '';
  return Plot.plot({
    ...frameOf(names, figures.labels),
    x: {
      label: `share of the device's largest measured peak${ofOthers}`,
      labelOffset: 42,
      domain: linearDomain([...drawn, ...rows.map(({ share = 0 }) => share)]),
      grid: true,
    },
    y: { label: null, domain: names },
    marks: [
      Plot.barX(rows, { x: 'share', y: 'name', fill: bar }),
      Plot.dot(samples, { x: 'value', y: 'name', r: 2.5, fill: dot }),
      Plot.dot(others, { x: 'value', y: 'name', r: 4, stroke: '#888' }),
      Plot.ruleX([0, 1]),
      figures.text,
    ],
  });
}

function ratios(rows: readonly PlottedRow[]): Element {
  const names = rows.map(({ name }) => name);
  const samples = dotsOf(rows, 'ratio');
  const figures = figureColumn(rows, 'ratio');
  const domain = logDomain([...samples.map(({ value }) => value), ...rows.map(({ ratio = 1 }) => ratio)]);
  return Plot.plot({
    ...frameOf(names, figures.labels),
    x: {
      label: 'ratio',
      labelOffset: 42,
      type: 'log',
      domain,
      ticks: powersOfTen(domain),
      tickFormat: String,
      grid: true,
    },
    y: { label: null, domain: names },
    marks: [
      Plot.ruleX([1], { stroke: '#999' }),
      Plot.ruleY(rows, { x1: 1, x2: 'ratio', y: 'name', stroke: bar, strokeWidth: 4 }),
      Plot.dot(samples, { x: 'value', y: 'name', r: 2.5, fill: dot }),
      figures.text,
    ],
  });
}

/** Of the lines: blue to red, then greys, each as dark as its neighbours. */
const palette = ['#08519c', '#c2410c', '#15803d', '#7e22ce', '#a16207', '#0e7490', '#be185d', '#4b5563'];
const height = 320;
const marginTop = 20;
const marginBottom = 50;

function lines({ x, y, isLog, points }: Curves): Element {
  const series = [...new Set(points.map((point) => point.series))];
  const xs = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const most = Math.max(...points.map((point) => point.y));
  const top = most <= 1 ? 1 : 1.05 * most;
  const lastOf = (name: string) =>
    points
      .filter((point) => point.series === name)
      .reduce((last, point) => (point.x > last.x ? point : last));
  const room = height - marginTop - marginBottom;
  const placeOf = (value: number) => marginTop + room * (1 - value / top);
  const places = spread(
    series.map((name) => placeOf(lastOf(name).y)),
    1.2 * fontSize,
    height - marginBottom,
  );
  const labels = series.map((name, i) => ({ name, y: top * (1 - ((places[i] ?? 0) - marginTop) / room) }));
  return Plot.plot({
    ...frameOf([y], series),
    marginLeft: 60,
    height,
    marginTop,
    marginBottom,
    color: { domain: series, range: series.map((_, i) => palette[i % palette.length] ?? dot) },
    x: {
      label: x,
      labelOffset: 42,
      type: isLog ? 'log' : 'linear',
      ...(isLog ? { base: 2, ticks: xs, tickFormat: String } : { domain: [0, 1] }),
      grid: true,
    },
    y: { label: y, domain: [0, top], grid: true },
    marks: [
      Plot.ruleY([0]),
      Plot.lineY(points, { x: 'x', y: 'y', z: 'series', stroke: 'series', sort: 'x' }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'series', r: 3 }),
      Plot.text(labels, {
        y: 'y',
        text: 'name',
        fill: 'name',
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 10,
      }),
    ],
  });
}

function heatMap({ label, heads, cells }: HeatMap): Element {
  const layers = [...new Set(cells.map(({ layer }) => layer))].sort((a, b) => a - b);
  const cell = { x: 'head', y: 'layer' } as const;
  return Plot.plot({
    width: 120 + 34 * heads.length,
    height: 90 + 18 * layers.length,
    marginLeft: 50,
    marginBottom: 40,
    style: { background: 'white', fontSize: `${fontSize}px`, fontFamily: 'sans-serif' },
    padding: 0.04,
    color: { scheme: 'blues', domain: [0, 1] },
    x: { label, labelAnchor: 'center', labelOffset: 36, domain: heads },
    y: { label: 'layer', domain: layers, tickFormat: String },
    marks: [
      Plot.cell(cells, { ...cell, fill: 'value' }),
      Plot.cell(
        cells.filter(({ isChosen }) => isChosen),
        { ...cell, fill: 'none', stroke: '#c2410c', strokeWidth: 2 },
      ),
      Plot.text(cells, {
        ...cell,
        text: ({ value }: HeatMap['cells'][number]) => value.toFixed(2).replace(/^0/, ''),
        fontSize: 9,
        fill: ({ value }: HeatMap['cells'][number]) => (value > 0.55 ? 'white' : 'black'),
      }),
    ],
  });
}

window.longreadHeatMap = (map) => serialise(heatMap(map));

window.longreadCurves = (curves) => serialise(lines(curves));

window.longreadPlots = (rows) => {
  const withShare = rows.filter(({ share }) => share !== undefined);
  const withRatio = rows.filter(({ ratio }) => ratio !== undefined && ratio > 0);
  const drawn: Record<string, Drawn> = {};
  if (withShare.length > 0) drawn.shares = { title: 'Shares of the peak', svg: serialise(shares(withShare)) };
  if (withRatio.length > 0) drawn.ratios = { title: 'Ratios', svg: serialise(ratios(withRatio)) };
  return drawn;
};
