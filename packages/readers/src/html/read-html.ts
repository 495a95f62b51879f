// A web page as readable text: what a reader of the page would read, without scripts, styles, menus and forms. Nothing is fetched.
import { Parser } from 'htmlparser2';
import type { Place } from '@longread/core';
import { localName } from '../archive/xml.ts';
import { checkLimit, createPauses } from '../limits.ts';
import type { FileText, GivenFile, ReadOptions } from '../types.ts';
import { decodePage } from './charset.ts';
import { TextBuilder } from './text-builder.ts';

/** What is not read, with all that is in it. */
const skipped = new Set(
  (
    'script style noscript template nav menu svg math iframe object embed applet canvas audio video select datalist button textarea ' +
    'input dialog frameset map rp'
  ).split(' '),
);
const paragraphs = new Set(
  (
    'p div section article main header footer aside blockquote figure figcaption address ul ol dl table pre hr details summary fieldset ' +
    'form body center h1 h2 h3 h4 h5 h6'
  ).split(' '),
);
const lines = new Set(['br', 'li', 'tr', 'dt', 'dd', 'option', 'caption', 'legend']);
const cells = new Set(['td', 'th']);
/** What the head of a page may hold; anything else ends it. */
const ofHead = new Set('head title meta link base style script noscript template'.split(' '));
/** Elements without an end, which must not open what is skipped. */
const voids = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
/** Elements open at once: each costs a search through all. */
const maxDepth = 10_000;
/** Characters that are parsed between two pauses. */
const pieceChars = 65_536;

export interface HtmlText extends Omit<FileText, 'notes'> {
  /** Where elements with these ids begin, by id. */
  readonly anchors: ReadonlyMap<string, number>;
}

/** @throws InvalidInputError for bytes that are no text | LimitExceededError | AbortedError */
export async function readHtml({ blob, name }: GivenFile, options: ReadOptions): Promise<FileText> {
  const { text, notes } = await decodePage(new Uint8Array(await blob.arrayBuffer()));
  const isXml = text.startsWith('<?xml');
  const page = await htmlToText(text, name, options, isXml);
  return { title: page.title, text: page.text, outline: page.outline, notes };
}

/** @param name of the file, for errors. @param isXml whether it is XHTML, in which any element may be empty. */
export async function htmlToText(
  html: string,
  name: string,
  { signal, onProgress }: ReadOptions,
  isXml = false,
): Promise<HtmlText> {
  const pause = createPauses(signal);
  const builder = new TextBuilder(name);
  const anchors = new Map<string, number>();
  let title = '';
  let isInTitle = false;
  let isInHead = false;
  /** Elements open inside one that is skipped, itself among them; 0 outside. */
  let skipDepth = 0;
  let preDepth = 0;
  let depth = 0;

  const open = (element: string, attributes: Readonly<Record<string, string>>) => {
    if (skipDepth > 0) {
      if (!voids.has(element)) skipDepth += 1;
      return;
    }
    isInHead = element === 'head' || (isInHead && ofHead.has(element));
    if (element === 'title') isInTitle = title === '';
    if (isHidden(element, attributes)) {
      if (!voids.has(element)) skipDepth = 1;
      return;
    }
    if (element === 'pre') preDepth += 1;
    const level = headingLevel(element);
    if (level > 0) builder.startHeading(level);
    else apart(element);
    const { id } = attributes;
    if (id !== undefined && id.length < 500)
      builder.mark((start) => void anchors.set(id, anchors.get(id) ?? start));
  };
  const close = (element: string) => {
    if (skipDepth > 0) {
      if (!voids.has(element)) skipDepth -= 1;
      return;
    }
    if (element === 'head') isInHead = false;
    if (element === 'title') isInTitle = false;
    if (element === 'pre') preDepth = Math.max(0, preDepth - 1);
    if (headingLevel(element) > 0) builder.endHeading();
    else apart(element);
  };
  /** Breaks that an element makes at its start and at its end. */
  const apart = (element: string) => {
    if (paragraphs.has(element)) builder.paragraph();
    else if (lines.has(element)) builder.line();
    else if (cells.has(element)) builder.space();
  };
  const read = (text: string) => {
    if (isInTitle) title += title.length < 1000 ? text : '';
    else if (skipDepth > 0 || isInHead) return;
    else if (preDepth > 0) builder.verbatim(text);
    else builder.flow(text);
  };

  const parser = new Parser(
    {
      onopentag: (element, attributes) => {
        depth += 1;
        checkLimit(
          `${name} opens too many elements in each other`,
          depth,
          maxDepth,
          'Save its text as plain text first.',
        );
        open(localName(element), attributes);
      },
      onclosetag: (element) => {
        depth -= 1;
        close(localName(element));
      },
      ontext: read,
    },
    { recognizeSelfClosing: isXml, recognizeCDATA: isXml },
  );
  for (let at = 0; at < html.length; at += pieceChars) {
    await pause();
    parser.write(html.slice(at, at + pieceChars));
    onProgress?.({ done: Math.min(at + pieceChars, html.length), total: html.length, unit: 'bytes' });
  }
  parser.end();
  const { text, outline } = builder.end();
  return { title: titleOf(title, outline), text, outline, anchors };
}

function titleOf(title: string, outline: readonly Place[]): string {
  const line = title.replace(/\s+/g, ' ').trim();
  return line === '' ? (outline.find(({ level }) => level === 1)?.label ?? '') : line;
}

function headingLevel(element: string): number {
  return /^h[1-6]$/.test(element) ? Number(element[1]) : 0;
}

function isHidden(element: string, attributes: Readonly<Record<string, string>>): boolean {
  return (
    skipped.has(element) ||
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    /^(?:navigation|menu|menubar|search)$/.test(attributes.role ?? '') ||
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes.style ?? '')
  );
}
