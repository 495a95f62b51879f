// What crosses between the benchmark command and a peer's page. Every peer answers the same call.

/** A prompt was read and tokens were generated; times are the peer's wall clock without loading. */
export interface PeerRun {
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly newTokens: number;
  readonly newMs: number;
}

export interface PeerDriver {
  /** Loads a model; returns the peer's name, version and settings in words. */
  load(modelUrl: string): Promise<string>;
  /** Reads a prompt and generates `maxNewTokens` greedily, from an empty cache. */
  run(prompt: PeerPrompt, maxNewTokens: number): Promise<PeerRun>;
}

/** The same tokens as text and as ids: peers take one or the other. */
export interface PeerPrompt {
  readonly text: string;
  readonly ids: readonly number[];
}

declare global {
  interface Window {
    longreadPeer: PeerDriver;
  }
}
