// GPU memory over the time of an answer, drawn by uPlot, which comes with About this answer. Its few styles are a constructed sheet, since
// a page's policy may allow no inline ones. A canvas says nothing to a screen reader: the label, and the table beside it, do.
import { css, html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { MemorySample } from 'longread';
import uPlot from 'uplot';
import type { Words } from '../words.ts';

const height = 120;
const leastWidth = 160;

const { styleSheet } = css`
  .memory-chart {
    min-block-size: 120px;
  }
  .memory-chart,
  .u-wrap {
    position: relative;
  }
  .u-over,
  .u-under,
  .u-axis {
    position: absolute;
  }
  .uplot canvas {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }
`;

/** One for each answer that is shown, the same at every update, so that a chart is drawn once. */
const charts = new WeakMap<readonly MemorySample[], (box: Element | undefined) => void>();

/** @param label what the chart shows, in a sentence */
export function renderMemoryChart(
  samples: readonly MemorySample[],
  label: string,
  words: Words,
): TemplateResult | typeof nothing {
  if (samples.length < 2) return nothing;
  const chart = charts.get(samples) ?? chartOf(samples, words);
  charts.set(samples, chart);
  return html`<div class="memory-chart" dir="ltr" role="img" aria-label=${label} ${ref(chart)}></div>`;
}

/** Draws into the box that it is given, until it is given another one or none. */
function chartOf(samples: readonly MemorySample[], words: Words): (box: Element | undefined) => void {
  let end = (): void => undefined;
  return (box) => {
    end();
    end = box instanceof HTMLElement ? draw(samples, box, words) : () => undefined;
  };
}

/** @returns what takes it away again */
function draw(samples: readonly MemorySample[], box: HTMLElement, words: Words): () => void {
  const root = box.getRootNode();
  if (styleSheet && root instanceof ShadowRoot && !root.adoptedStyleSheets.includes(styleSheet)) {
    root.adoptedStyleSheets.push(styleSheet);
  }
  const ink = (): string => getComputedStyle(box).color;
  const axis = { stroke: ink, grid: { show: false }, ticks: { show: false }, font: '12px system-ui' };
  const plot = new uPlot(
    {
      width: Math.max(leastWidth, box.clientWidth),
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_, __, most) => [0, 1.1 * most] } },
      axes: [
        { ...axis, size: 24, space: 90, values: (_, at) => at.map((ms) => words.duration(ms)) },
        { ...axis, size: 64, space: 40, values: (_, at) => at.map((bytes) => words.bytes(bytes)) },
      ],
      series: [{}, { stroke: ink, width: 1.5, points: { show: false } }],
    },
    [samples.map(({ ms }) => ms), samples.map(({ gpuBytes }) => gpuBytes)],
    box,
  );
  const size = new ResizeObserver(() => {
    if (box.clientWidth > 0 && box.clientWidth !== plot.width)
      plot.setSize({ width: box.clientWidth, height });
  });
  size.observe(box);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = (): void => plot.redraw();
  scheme.addEventListener('change', redraw);
  return () => {
    size.disconnect();
    scheme.removeEventListener('change', redraw);
    plot.destroy();
  };
}
