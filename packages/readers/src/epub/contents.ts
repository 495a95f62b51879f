// The table of contents of an EPUB: what each entry is called and where it points to.
import type { Archive } from '../archive/zip.ts';
import { walkXml } from '../archive/xml.ts';
import { decoded, resolvePath, xmlOf, type EpubPackage } from './package.ts';

export interface ContentsEntry {
  readonly label: string;
  /** 1 for the highest. */
  readonly level: number;
  readonly path: string;
  /** Id of the element that it points to; empty for the whole file. */
  readonly fragment: string;
}

const maxEntries = 5000;

/** @throws InvalidInputError for an entry of the archive that cannot be unpacked | LimitExceededError */
export async function readContents(
  archive: Archive,
  contents: NonNullable<EpubPackage['contents']>,
): Promise<readonly ContentsEntry[]> {
  const entries: ContentsEntry[] = [];
  const isNav = contents.kind === 'nav';
  let level = 0;
  /** Depth of elements inside the list of contents; pages and landmarks have lists of their own. */
  let navDepth = 0;
  let label: string | undefined;
  let target = '';
  const add = () => {
    const path = resolvePath(contents.path, target);
    const words = label?.replace(/\s+/g, ' ').trim() ?? '';
    if (path !== undefined && words !== '' && entries.length < maxEntries)
      entries.push({
        label: words,
        level: Math.max(1, level),
        path,
        fragment: decoded(target.split('#')[1] ?? ''),
      });
    label = undefined;
  };
  const navigation = {
    open: (element: string, attributes: Readonly<Record<string, string>>) => {
      const isContents = element === 'nav' && !/\b(?:page-list|landmarks)\b/.test(attributes.type ?? '');
      if (navDepth > 0 || isContents) navDepth += 1;
      if (navDepth === 0) return;
      if (element === 'ol') level += 1;
      if (element === 'a') [label, target] = ['', attributes.href ?? ''];
    },
    close: (element: string) => {
      if (navDepth === 0) return;
      navDepth -= 1;
      if (element === 'ol') level -= 1;
      if (element === 'a') add();
    },
  };
  const ncx = {
    open: (element: string, attributes: Readonly<Record<string, string>>) => {
      if (element === 'navPoint') level += 1;
      if (element === 'navLabel' && level > 0) label = '';
      if (element === 'content' && label !== undefined) {
        target = attributes.src ?? '';
        add();
      }
    },
    close: (element: string) => {
      if (element === 'navPoint') level -= 1;
    },
  };
  walkXml(await xmlOf(archive, contents.path), {
    ...(isNav ? navigation : ncx),
    text: (text) => {
      if (label !== undefined && label.length < 1000) label += text;
    },
  });
  return entries;
}
