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
    block-size: 120px;
    overflow: clip; /* what is drawn follows the box, and a moment later */
    contain: inline-size;
    transition: color 1ms; /* tells that the scheme has changed, whoever changed it */
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

/** Draws as soon as the box is seen: it is given before it is in the page. @returns what takes the chart away again */
function draw(samples: readonly MemorySample[], box: HTMLElement, words: Words): () => void {
  let plot: uPlot | undefined;
  let frame = 0;
  const follow = (): void => {
    const { clientWidth: width } = box;
    if (width === 0) return; // folded away
    if (!plot) plot = plotIn(box, samples, words);
    else if (width === plot.width) plot.redraw();
    else plot.setSize({ width, height });
  };
  // Drawing gives the box its styles, and so another size, which an observer is not to do at once.
  const size = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(follow);
  });
  size.observe(box);
  const redraw = (): void => plot?.redraw();
  box.addEventListener('transitionend', redraw);
  return () => {
    size.disconnect();
    cancelAnimationFrame(frame);
    box.removeEventListener('transitionend', redraw);
    plot?.destroy();
  };
}

function plotIn(box: HTMLElement, samples: readonly MemorySample[], words: Words): uPlot {
  const root = box.getRootNode();
  if (styleSheet && root instanceof ShadowRoot && !root.adoptedStyleSheets.includes(styleSheet))
    root.adoptedStyleSheets.push(styleSheet);
  const ink = (): string => getComputedStyle(box).color;
  const axis = { stroke: ink, grid: { show: false }, ticks: { show: false }, font: '12px system-ui' };
  const paths = uPlot.paths.stepped?.({ align: -1 }); // a sample is the most since the one before it
  return new uPlot(
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
      series: [{}, { stroke: ink, width: 1.5, points: { show: false }, ...(paths && { paths }) }],
    },
    [samples.map(({ ms }) => ms), samples.map(({ gpuBytes }) => gpuBytes)],
    box,
  );
}
