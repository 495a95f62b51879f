// What the weights cache needs of a file system. Two: opfs-files.ts (the product) and testing/memory-files.ts (Node).

/** A file that grows at its end; nobody else has it open. */
export interface GrowingFile {
  readonly sizeBytes: number;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  /** What was appended outlasts the machine's death from here on, where the platform can promise that before `close`. */
  flush(): Promise<void>;
  /** Frees the file; what was appended is in it. */
  close(): Promise<void>;
}

/** Rejects with the platform's DOMException when it fails. */
export interface WeightsFiles {
  /** The file as it is now, outside the heap; undefined when there is none. */
  read(name: string): Promise<Blob | undefined>;
  /** Opens the file to append to it; makes it when there is none. */
  open(name: string): Promise<GrowingFile>;
  delete(name: string): Promise<void>;
}
