import { testMatvec } from '../testing/matvec-suite.ts';
import { matvecSubgroup } from './matvec-subgroup.ts';

testMatvec(matvecSubgroup);
