// What set-up tells while it works.

/** A line for the user; with `total`, how far a step is, in bytes. */
export interface SetUpEvent {
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
}

export type OnSetUp = (event: SetUpEvent) => void;
