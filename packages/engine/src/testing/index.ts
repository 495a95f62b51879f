// Models of random sizes and what must come of them, for the tests and for the page of `npm run fuzz`. Never part of the product.
export { anyChoice, checkModel, openDevice, type ModelVerdict } from './check-model.ts';
export { modelCase } from './random-model.ts';
