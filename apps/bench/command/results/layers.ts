// Rates of passes that ran different numbers of layers, made comparable. Pure.
import { formatNumber } from './report.ts';

/** How far reading went, beside how far the other side goes with every token. */
export interface LayersRun {
  readonly ran: number;
  readonly all: number;
}

/** A ratio of tokens/s as one of layers/s: what is left of it when skipping layers is not counted. */
export function ratioByLayer(ratio: number, { ran, all }: LayersRun): number {
  return (ratio * ran) / all;
}

/** What a row of such a ratio has to say of it. The last layer counts as a whole one, although only its embedding heads run. */
export function describeLayers(ratio: number, layers: LayersRun): string {
  const byLayer = formatNumber(ratioByLayer(ratio, layers));
  return `${layers.ran} of ${layers.all} layers ran, of the last only its embedding heads: ${byLayer} by layer`;
}
