/** Three digits behind the point: what is kept of a clock. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
