// The layout of each format version that this build reads and writes: documents go on in the version that they began in.
import { invariant, type DocumentManifest } from '@longread/core';
import type { Layout } from './layout.ts';
import { listedLayout } from './listed-layout.ts';
import { chainedLayout, packedLayout } from './chained-layout.ts';

const layouts: Readonly<Record<number, Layout>> = { 3: listedLayout, 4: chainedLayout, 5: packedLayout };

/** Of a manifest that was verified, or is about to be stored. */
export function layoutOf({ formatVersion }: Pick<DocumentManifest, 'formatVersion'>): Layout {
  const layout = layouts[formatVersion];
  invariant(layout, `no layout of version ${formatVersion}`);
  return layout;
}
