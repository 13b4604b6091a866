// A fraction that is always the same for the same seed: the first that Java's
// `Random` gives, which is what AWS's own implementation is built on.

const multiplier = 0x5deece66dn;
const mask = (1n << 48n) - 1n;

/** In [0, 1). */
export function seeded(seed: number): number {
  let state = (BigInt(Math.trunc(seed)) ^ multiplier) & mask;
  const next = (bits: bigint): bigint => {
    state = (state * multiplier + 0xbn) & mask;
    return state >> (48n - bits);
  };
  const high = next(26n);
  return Number((high << 27n) + next(27n)) / 2 ** 53;
}
