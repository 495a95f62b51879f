// Archives for tests: packed by a library of its own, and damaged by hand.
import { strToU8, zipSync, type Zippable } from 'fflate';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function zipOf(files: Files): Uint8Array<ArrayBuffer> {
  const entries: Zippable = {};
  for (const [path, content] of Object.entries(files))
    entries[path] = typeof content === 'string' ? strToU8(content) : content;
  return new Uint8Array(zipSync(entries));
}

export const chapter = (title: string, ...paragraphs: readonly string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>` +
  `${title === '' ? '' : `<h2>${title}</h2>`}${paragraphs.map((text) => `<p>${text}</p>`).join('')}</body></html>`;

const container =
  '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>' +
  '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>';

export interface Book {
  /** By path beside the package document, in reading order. */
  readonly chapters: Files;
  /** Ids in the spine instead of those of the chapters. */
  readonly spine?: readonly string[];
  readonly nav?: string;
  readonly ncx?: string;
  readonly more?: Files;
}

/** An EPUB whose chapters have the ids c0, c1, ... */
export function epubOf({ chapters, spine, nav, ncx, more = {} }: Book): Uint8Array<ArrayBuffer> {
  const paths = Object.keys(chapters);
  const items = paths.map(
    (path, i) => `<item id="c${i}" href="${encodeURI(path)}" media-type="application/xhtml+xml"/>`,
  );
  if (nav !== undefined)
    items.push('<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>');
  if (ncx !== undefined) items.push('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>');
  const refs = (spine ?? paths.map((_, i) => `c${i}`)).map((id) => `<itemref idref="${id}"/>`);
  const opf =
    `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">` +
    `<dc:title>The &amp; Whale</dc:title></metadata><manifest>${items.join('')}</manifest><spine toc="ncx">${refs.join('')}</spine></package>`;
  const inside = Object.entries({
    ...chapters,
    ...(nav === undefined ? {} : { 'nav.xhtml': nav }),
    ...(ncx === undefined ? {} : { 'toc.ncx': ncx }),
  }).map(([path, content]) => [`OEBPS/${path}`, content] as const);
  return zipOf({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': container,
    'OEBPS/content.opf': opf,
    ...Object.fromEntries(inside),
    ...more,
  });
}
