// Peaks of GPUs that people have, as their makers or, where these say nothing, those who took them apart publish them: f32 lanes x 2 x
// clock, and memory bandwidth.

export interface Device {
  readonly name: string;
  readonly lanes: number;
  readonly gigahertz: number;
  readonly gigabytesPerSecond: number;
  /** Whether the maker publishes lanes and clock. */
  readonly isStated: boolean;
}

export const devices: readonly Device[] = [
  { name: 'Apple M1, 8 cores', lanes: 1024, gigahertz: 1.278, gigabytesPerSecond: 68, isStated: false },
  { name: 'Apple M4, 10 cores', lanes: 1280, gigahertz: 1.58, gigabytesPerSecond: 120, isStated: false },
  { name: 'GeForce RTX 4070', lanes: 5888, gigahertz: 2.475, gigabytesPerSecond: 504, isStated: true },
  { name: 'Arc A770 16 GB', lanes: 4096, gigahertz: 2.1, gigabytesPerSecond: 560, isStated: true },
  { name: 'Adreno 750', lanes: 1536, gigahertz: 0.903, gigabytesPerSecond: 77, isStated: false },
  { name: 'H100 SXM', lanes: 16_896, gigahertz: 1.98, gigabytesPerSecond: 3350, isStated: true },
];

/** f32 operations a second. */
export function peakFlops({ lanes, gigahertz }: Device): number {
  return 2e9 * lanes * gigahertz;
}
