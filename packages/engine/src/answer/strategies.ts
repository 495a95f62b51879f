// The strategies by name.
import type { StrategyName } from '@longread/core';
import { bm25 } from './bm25.ts';
import { cascade } from './cascade.ts';
import { chunks } from './chunks.ts';
import { fold } from './fold.ts';
import { full } from './full.ts';
import { h2o } from './h2o.ts';
import { layer } from './layer.ts';
import { pages } from './pages.ts';
import { reform } from './reform.ts';
import { snapkv } from './snapkv.ts';
import type { Strategy } from './strategy.ts';
import { streaming } from './streaming.ts';
import { tova } from './tova.ts';
import { truncate } from './truncate.ts';
import { zsmerge } from './zsmerge.ts';

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  reform,
  full,
  h2o,
  streaming,
  tova,
  snapkv,
  cascade,
  zsmerge,
  pages,
  truncate,
  bm25,
  layer,
  chunks,
  fold,
};
