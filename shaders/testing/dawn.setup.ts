// Gives Node what the kernels' tests expect of a browser: WebGPU, from Dawn, on the adapter that LONGREAD_DAWN names. What an adapter
// cannot run (a GPU without shader-f16, say) is told by the lane's case and by the cases themselves.
import { installDawn } from '@longread/dawn';

await installDawn();
