// What crosses between the benchmark command and the plots page.

/** The parts of a result row that plots show. */
export interface PlottedRow {
  readonly name: string;
  readonly samples: readonly number[];
  readonly share?: number;
  readonly ratio?: number;
}

export interface Plot {
  readonly title: string;
  /** A whole SVG document. */
  readonly svg: string;
}

declare global {
  interface Window {
    /** Plots by file name; one without rows to show is left out. */
    longreadPlots: (rows: readonly PlottedRow[]) => Readonly<Record<string, Plot>>;
  }
}
