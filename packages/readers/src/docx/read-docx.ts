// A Word document (ECMA-376) as text: paragraphs, cells of tables, and headings by their style. Deleted text, comments and notes are not read.
import type { Archive } from '../archive/zip.ts';
import { walkXml } from '../archive/xml.ts';
import { xmlOf } from '../epub/package.ts';
import { TextBuilder } from '../html/text-builder.ts';
import type { FileText } from '../types.ts';

const documentPath = 'word/document.xml';

/** @throws InvalidInputError (no such document, damaged) | LimitExceededError */
export async function readDocx(archive: Archive, name: string): Promise<FileText> {
  const levels = archive.has('word/styles.xml')
    ? headingLevels(await xmlOf(archive, 'word/styles.xml'))
    : new Map<string, number>();
  const builder = new TextBuilder(name);
  let isText = false;
  /** Elements open inside one that is not read, itself among them. */
  let skipDepth = 0;
  walkXml(await xmlOf(archive, documentPath), {
    open: (element, { val = '' }) => {
      // A picture's text stands there twice, once for older programs.
      if (skipDepth > 0 || element === 'Fallback' || element === 'del') skipDepth += 1;
      if (skipDepth > 0) return;
      isText = element === 't';
      const level =
        element === 'pStyle' ? (levels.get(val) ?? 0) : element === 'outlineLvl' ? levelOf(val) : 0;
      if (level > 0) builder.startHeading(level);
      if (element === 'p') builder.paragraph();
      if (element === 'tc' || element === 'tab') builder.space();
      if (element === 'tr' || element === 'br' || element === 'cr') builder.line();
    },
    close: (element) => {
      if (skipDepth > 0) {
        skipDepth -= 1;
        return;
      }
      isText = false;
      if (element === 'p') builder.endHeading();
      if (element === 'p') builder.paragraph();
    },
    text: (text) => {
      if (isText && skipDepth === 0) builder.flow(text);
    },
  });
  return { title: await titleOf(archive), notes: [], ...builder.end() };
}

/** By the id of a style: its level, where it is a heading's. */
function headingLevels(styles: string): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  let id = '';
  walkXml(styles, {
    open: (element, { styleId = '', val = '' }) => {
      if (element === 'style') id = styleId;
      // The name is English in every language of the program; `Title` heads all.
      const level =
        element === 'outlineLvl'
          ? levelOf(val)
          : element === 'name'
            ? Number(/^heading ([1-9])$/i.exec(val)?.[1] ?? 0)
            : 0;
      if (level > 0) levels.set(id, level);
      if (element === 'name' && /^title$/i.test(val)) levels.set(id, 1);
    },
  });
  return levels;
}

/** Outline levels count from 0; 9 is body text. */
function levelOf(value: string): number {
  return /^[0-8]$/.test(value) ? Number(value) + 1 : 0;
}

async function titleOf(archive: Archive): Promise<string> {
  const path = 'docProps/core.xml';
  if (!archive.has(path)) return '';
  let title = '';
  let isTitle = false;
  walkXml(await xmlOf(archive, path), {
    open: (element) => (isTitle = element === 'title'),
    close: () => (isTitle = false),
    text: (text) => {
      if (isTitle && title.length < 1000) title += text;
    },
  });
  return title.replace(/\s+/g, ' ').trim();
}
