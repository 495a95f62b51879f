/** Tokens `start .. end-1` of the document. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** The same tokens in stretches that rise and do not touch. */
export function apart(spans: readonly TokenSpan[]): TokenSpan[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const before = merged.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** What two lists of stretches share; each rises and none overlaps another of its list. */
export function shared(some: readonly TokenSpan[], others: readonly TokenSpan[]): TokenSpan[] {
  const both: TokenSpan[] = [];
  for (let i = 0, j = 0; i < some.length && j < others.length;) {
    const [a, b] = [some[i], others[j]];
    if (a === undefined || b === undefined) break;
    const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
    if (start < end) both.push({ start, end });
    if (a.end < b.end) i++;
    else j++;
  }
  return both;
}
