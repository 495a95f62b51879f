// What an EPUB says of itself (EPUB 3.3, OCF and package document): its title, its chapters in reading order, its table of contents.
import { InvalidInputError } from '@longread/core';
import type { Archive } from '../archive/zip.ts';
import { walkXml } from '../archive/xml.ts';
import { decodePage } from '../html/charset.ts';

export interface EpubPackage {
  readonly title: string;
  /** Paths in the archive, in reading order; they may be missing there. */
  readonly chapters: readonly string[];
  /** Path of the navigation document, or of the NCX of EPUB 2. */
  readonly contents: { readonly path: string; readonly kind: 'nav' | 'ncx' } | undefined;
}

const containerPath = 'META-INF/container.xml';

/** @throws InvalidInputError for an archive that says no such thing | LimitExceededError */
export async function readPackage(archive: Archive, name: string): Promise<EpubPackage> {
  let rootPath = '';
  walkXml(await xmlOf(archive, containerPath), {
    open: (element, attributes) => {
      if (element === 'rootfile' && rootPath === '') rootPath = attributes['full-path'] ?? '';
    },
  });
  const xml = await xmlOf(archive, resolvePath('', rootPath) ?? rootPath);
  const items = new Map<
    string,
    { readonly path: string | undefined; readonly properties: string; readonly type: string }
  >();
  const order: string[] = [];
  let title = '';
  let isInTitle = false;
  let ncxId = '';
  walkXml(xml, {
    open: (element, attributes) => {
      const { id = '', href = '', properties = '', idref = '', toc = '' } = attributes;
      if (element === 'title') isInTitle = title === '';
      if (element === 'item')
        items.set(id, {
          path: resolvePath(rootPath, href),
          properties,
          type: attributes['media-type'] ?? '',
        });
      if (element === 'spine') ncxId = toc;
      if (element === 'itemref') order.push(idref);
    },
    close: (element) => {
      if (element === 'title') isInTitle = false;
    },
    text: (text) => {
      if (isInTitle && title.length < 1000) title += text;
    },
  });
  const nav = [...items.values()].find(({ properties }) => properties.split(/\s+/).includes('nav'))?.path;
  const ncx = (
    items.get(ncxId) ?? [...items.values()].find(({ type }) => type === 'application/x-dtbncx+xml')
  )?.path;
  const chapters = order.map((id) => items.get(id)?.path ?? id).filter((path) => path !== nav);
  if (chapters.length === 0)
    throw new InvalidInputError(`${name} is damaged: it names no chapters. Save or download it again.`);
  const contents =
    nav !== undefined && archive.has(nav)
      ? ({ path: nav, kind: 'nav' } as const)
      : ncx !== undefined && archive.has(ncx)
        ? ({ path: ncx, kind: 'ncx' } as const)
        : undefined;
  return { title: title.replace(/\s+/g, ' ').trim(), chapters, contents };
}

/** Paths of what is encrypted, as books with copy protection are, and fonts of others. */
export async function encryptedPaths(archive: Archive): Promise<ReadonlySet<string>> {
  const path = 'META-INF/encryption.xml';
  const found = new Set<string>();
  if (!archive.has(path)) return found;
  walkXml(await xmlOf(archive, path), {
    open: (element, { URI }) => {
      const inside = element === 'CipherReference' ? resolvePath('', URI ?? '') : undefined;
      if (inside !== undefined) found.add(inside);
    },
  });
  return found;
}

/** The XML of an entry as text. */
export async function xmlOf(archive: Archive, path: string): Promise<string> {
  return (await decodePage(await archive.bytes(path))).text;
}

/** What `href` of the file at `base` means in the archive, without a fragment; undefined for what is elsewhere. */
export function resolvePath(base: string, href: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(href) || href.startsWith('//')) return undefined;
  const path = decoded(href.replace(/[?#].*$/s, ''));
  const parts = path.startsWith('/') ? [] : base.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that is one
  }
}
