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

declare global {
  interface Window {
    /** Plots by file name; one without rows to show is left out. Throws when anything drawn lies outside of its picture. */
    longreadPlots: (rows: readonly PlottedRow[]) => Readonly<Record<string, Plot>>;
  }
}
