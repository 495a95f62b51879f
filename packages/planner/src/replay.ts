// What of the gathered text stands once more right before the question: the passages that suit it best, where a small model looks first.
import type { TokenSpan } from './hops.ts';

/**
 * The passages to quote again, the best one last: best first whole ones that overlap none before them, while they and what divides them fit.
 * A best one that is longer than that is cut.
 *
 * @param passages best first.
 * @param size tokens at most.
 * @param divider tokens in front of each.
 */
export function planReplay(
  passages: readonly TokenSpan[],
  size: number,
  divider: number,
): readonly TokenSpan[] {
  const quoted: TokenSpan[] = [];
  let room = size;
  for (const { start, end } of passages) {
    if (quoted.some((other) => start < other.end && end > other.start)) continue;
    const fitting = quoted.length === 0 ? Math.min(end, start + room - divider) : end;
    const cost = fitting - start + divider;
    if (fitting <= start || cost > room) break;
    room -= cost;
    quoted.push({ start, end: fitting });
  }
  return quoted.reverse();
}
