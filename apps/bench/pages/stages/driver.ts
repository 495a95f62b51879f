// What crosses between the benchmark command and the stages, in a page or beside it: plain data only.
import type { Scoring } from '@longread/core';

/** Work that was done and the time it took; `flops` and `bytes` count what the method needs, not what a kernel happens to do. */
export interface Work {
  readonly ms: number;
  readonly flops: number;
  readonly bytes: number;
}

/** Work of the best of several kernels for one peak. */
export interface PeakWork extends Work {
  /** The kernel, its workgroups, and whose clock. */
  readonly how: string;
}

/** What work costs besides its arithmetic and its memory, in milliseconds. */
export interface Costs {
  /** Of a dispatch that waits for the one before it, on the device. */
  readonly dispatchMs: number;
  /** Of recording it, on the host. */
  readonly recordMs: number;
  /** Of reading four bytes back, from the call to the bytes: a sample each. */
  readonly readMs: readonly number[];
  readonly how: string;
}

/** Of an invocation, in floats: twelve fit the registers of a processor, 32 do not. */
export type Accumulators = 12 | 32;

/** Sizes of known models, with weights made from a seed where no file is at hand. */
export const shapeNames = ['135m', '1.7b', '3b', '8b', '1.7b-f16'] as const;
export type ShapeName = (typeof shapeNames)[number];

/** Whose weights the stages run on: a model file's, by its address, or made ones. */
export type StagesModel = { readonly url: string } | { readonly shape: ShapeName };

/** The page's side, as `window.longreadStages`. */
export interface StagesDriver extends StageCalls {
  /** Opens the device and puts a model's weights on it, if any are wanted; returns the adapter's name. */
  open(model?: StagesModel): Promise<string>;
}

/** Single stages of the engine on one device, without an engine around them. */
export interface StageCalls {
  /** Multiply-adds of f32, nothing else. */
  readonly multiplyAdd: (accumulators: Accumulators) => Promise<PeakWork>;
  /** The same of f16; undefined where the device has none. */
  readonly multiplyAddF16: () => Promise<PeakWork | undefined>;
  /** Dot products of four packed int8 each; `flops` are their multiplications and additions. */
  readonly int8Dots: () => Promise<PeakWork>;
  /** Products of matrices by a subgroup, of f16 summed in f32; undefined where the device has none. */
  readonly subgroupMatrices: () => Promise<PeakWork | undefined>;
  readonly costs: () => Promise<Costs>;
  /** A copy from one large buffer to another; bytes read and written. */
  readonly copy: () => Promise<PeakWork>;
  /** A large buffer read. */
  readonly read: () => Promise<PeakWork>;
  /** All matrix products of one layer over `numTokens` tokens, with the model's own weights. */
  readonly layerProducts: (numTokens: number) => Promise<Work>;
  /** Attention of a chunk of `numTokens` over `numSlots` kept entries and itself; with `sums` also what each key received. */
  readonly attention: (numTokens: number, numSlots: number, sums: boolean) => Promise<Work>;
  /** One hop of gather over synthetic embeddings: similarity, pooling and the choice of tokens. */
  readonly search: (numTokens: number, numQueries: number, scoring: Scoring) => Promise<Work>;
  /** Compress of a chunk of `numTokens` behind a full compressed cache. */
  readonly compress: (numTokens: number) => Promise<Work>;
  /** Prefill of `numTokens` tokens from an empty cache through all layers. */
  readonly prefill: (numTokens: number) => Promise<Work>;
  /** `numTokens` greedy decode steps behind `numSlots` cached entries. */
  readonly decode: (numSlots: number, numTokens: number) => Promise<Work>;
}

declare global {
  interface Window {
    longreadStages: StagesDriver;
  }
}
