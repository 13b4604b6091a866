// Property tests draw new cases at every run, but not in `npm test`, whose
// verdict must be about the change: there all begin with the same seed.

import fc from "fast-check";

const seed = process.env.CUMULET_TEST_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
