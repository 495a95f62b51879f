import { testMatvec } from '../testing/matvec-suite.ts';
import { matvecRows } from './matvec-rows.ts';

testMatvec(matvecRows);
