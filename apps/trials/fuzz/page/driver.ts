// What crosses between `npm run fuzz` and its page of models: plain data.
import type { ModelVerdict } from 'longread/testing';

export type ShapeVerdict = ModelVerdict;

export interface ShapeDriver {
  /** Makes the model of a seed and computes with it; what throws has no type. */
  check(seed: number): Promise<ShapeVerdict>;
}

declare global {
  interface Window {
    longreadShapes: ShapeDriver;
  }
}
