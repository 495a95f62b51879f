// The page of `npm run fuzz` that needs a device: models of random sizes, by any of the kernels that may take each operation.
import { anyChoice, checkModel, modelCase, openDevice } from 'longread/testing';

const gpu = openDevice();

window.longreadShapes = {
  check: async (seed) => checkModel(await gpu, modelCase(seed), anyChoice(await gpu, seed)),
};
