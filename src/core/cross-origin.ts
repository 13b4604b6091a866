// Pages in browsers and the resources of a service: what the resource's owner
// lets pages of other origins do (CORS).

export interface CrossOriginQuestion {
  /** What the address names: a bucket. */
  readonly resource: string;
  /** The page's, as its browser sends it. */
  readonly origin: string;
  /** Of the request, or the one that a preflight asks about. */
  readonly method: string;
  /** That a preflight asks about; of an actual request none. */
  readonly headers: readonly string[];
  readonly preflight: boolean;
}

/** What the owner's rules say. A preflight that they do not allow is a fault. */
export interface CrossOriginAnswer {
  readonly allowed: boolean;
  /** For the answer: `access-control-allow-origin` and its kin. */
  readonly headers: Readonly<Record<string, string>>;
}
