// What `npm run ask -- --list` prints.
import type { StoredDocuments } from '@longread/driver';
import { shown } from './shown.ts';

/** The object that `--list --json` prints, exactly (docs/cli.md). */
export interface ListReport {
  /** The most recently used first. */
  readonly documents: readonly {
    readonly id: string;
    readonly title: string;
    readonly tokens: number;
    readonly bytes: number;
    /** When it was first read, and last used: ISO 8601, in UTC. */
    readonly date: string;
    readonly used: string;
    /** `reading` when its reading was cut: reading it again goes on there. */
    readonly state: 'reading' | 'ready';
  }[];
  /** Damaged, or stored by another version. They can be deleted. */
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
}

export function listReport({ documents, unreadable }: StoredDocuments): ListReport {
  return {
    documents: documents.map(({ id, title, numTokens, sizeBytes, createdAt, usedAt, state }) => ({
      id,
      title,
      tokens: numTokens,
      bytes: sizeBytes,
      date: new Date(createdAt).toISOString(),
      used: new Date(usedAt).toISOString(),
      state,
    })),
    unreadable: unreadable.map(({ id, reason }) => ({ id, reason })),
  };
}

const numbers = new Set([2, 3]);

/** A line a document, under headings; the same for a person who reads it and for `awk`, but for titles with spaces, which come last. */
export function formatList({ documents, unreadable }: ListReport): string {
  if (documents.length + unreadable.length === 0) return 'Nothing is stored.\n';
  const rows = documents.map(({ id, title, tokens, bytes, date, state }) => [
    id,
    `${date.slice(0, 10)} ${date.slice(11, 16)}`,
    tokens.toLocaleString('en-US'),
    bytes.toLocaleString('en-US'),
    `${shown(title.replace(/\s+/g, ' '))}${state === 'reading' ? ' (not read to its end)' : ''}`,
  ]);
  const table = rows.length === 0 ? [] : [['id', 'date (UTC)', 'tokens', 'bytes', 'title'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...table.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numbers.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const lost = unreadable.map(({ id, reason }) => `${id}  cannot be read: ${shown(reason)}`);
  return [...table.map(line), ...lost, ''].join('\n');
}
