// What crosses between the benchmark command and the plots page.

/** The parts of a result row that plots show. */
export interface PlottedRow {
  readonly name: string;
  readonly samples: readonly number[];
  /** Of `samples`; null of a row that was not measured. */
  readonly median: number | null;
  readonly share?: number;
  readonly otherShares?: Readonly<Record<string, number>>;
  readonly ratio?: number;
}

export interface Plot {
  readonly title: string;
  /** A whole SVG document. */
  readonly svg: string;
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** The line it belongs to. */
  readonly series: string;
}

/** A plot of lines. */
export interface Curves {
  /** Of the file. */
  readonly name: string;
  /** What the axes show. */
  readonly x: string;
  readonly y: string;
  /** Whether x has powers of two as its ticks. */
  readonly isLog: boolean;
  readonly points: readonly CurvePoint[];
}

/** A cell of a map: what a head by itself comes to. */
export interface HeatCell {
  readonly layer: number;
  /** As `Q0`. */
  readonly head: string;
  /** 0..1 */
  readonly value: number;
  /** Marked in the map. */
  readonly isChosen: boolean;
}

export interface HeatMap {
  readonly name: string;
  /** What the colours show. */
  readonly label: string;
  /** In their order from left to right. */
  readonly heads: readonly string[];
  readonly cells: readonly HeatCell[];
}

declare global {
  interface Window {
    /** An SVG document. Throws when anything drawn lies outside of its picture. */
    longreadCurves: (curves: Curves) => string;
    /** The same of a map of layers and heads. */
    longreadHeatMap: (map: HeatMap) => string;
    /** Plots by file name; one without rows to show is left out. Throws when anything drawn lies outside of its picture. */
    longreadPlots: (rows: readonly PlottedRow[]) => Readonly<Record<string, Plot>>;
  }
}
