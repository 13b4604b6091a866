// Throttling as API Gateway does it: a bucket of tokens, `burst` deep, refilled
// at `rate` per second; a request takes one or is refused. Each process counts
// for itself, as AWS's limits are best-effort too.

interface Bucket {
  tokens: number;
  /** Epoch milliseconds. */
  filledAt: number;
}

const mostBuckets = 10_000;

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  /** Whether the request may pass. A rate of 0 lets none through. */
  take(key: string, rate: number, burst: number, now: number): boolean {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      // Full buckets that are forgotten are full again.
      if (this.#buckets.size >= mostBuckets) this.#buckets.clear();
      bucket = { tokens: burst, filledAt: now };
      this.#buckets.set(key, bucket);
    }
    // A clock that was set back gives nothing.
    const elapsed = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsed * rate) / 1000);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
