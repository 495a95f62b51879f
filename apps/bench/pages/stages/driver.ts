// What crosses between the benchmark command and the stages page: plain data only.

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

/** Of an invocation, in floats: twelve fit the registers of a processor, 32 do not. */
export type Accumulators = 12 | 32;

/** The page's side, as `window.longreadStages`: single stages of the engine on one device, without an engine around them. */
export interface StagesDriver {
  /** Opens the device and, when `model` is a URL, puts that model's weights on it; returns the adapter's name. */
  open(model?: string): Promise<string>;
  /** Multiply-adds of f32, nothing else. */
  multiplyAdd(accumulators: Accumulators): Promise<PeakWork>;
  /** The same of f16; undefined where the device has none. */
  multiplyAddF16(): Promise<PeakWork | undefined>;
  /** A copy from one large buffer to another; bytes read and written. */
  copy(): Promise<PeakWork>;
  /** A large buffer read. */
  read(): Promise<PeakWork>;
  /** All matrix products of one layer over `numTokens` tokens, with the model's own weights. */
  layerProducts(numTokens: number): Promise<Work>;
  /** Attention of a chunk of `numTokens` over `numSlots` kept entries and itself; with `sums` also what each key received. */
  attention(numTokens: number, numSlots: number, sums: boolean): Promise<Work>;
  /** One hop of gather over synthetic embeddings: similarity, pooling and the choice of tokens. */
  search(numTokens: number, numQueries: number): Promise<Work>;
  /** Prefill of `numTokens` tokens from an empty cache through all layers. */
  prefill(numTokens: number): Promise<Work>;
  /** `numTokens` greedy decode steps behind `numSlots` cached entries. */
  decode(numSlots: number, numTokens: number): Promise<Work>;
}

declare global {
  interface Window {
    longreadStages: StagesDriver;
  }
}
