// Where the browser of `npm run ask` keeps what it stored.
import { join } from 'node:path';
import { cacheFolder } from '@longread/command';

export const askProfile = join(cacheFolder, 'profile');
