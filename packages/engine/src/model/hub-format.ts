// What reads models in safetensors: loaded with the first of them.
import { lateScript } from '../late-script.ts';

/** @throws NetworkError (the script did not come) */
export const hubFormat = () => lateScript(() => import('@longread/formats/safetensors'));
