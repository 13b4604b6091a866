// What the first process and its workers say to each other.

export type ToPrimary =
  | { readonly kind: "ready"; readonly endpoint: string; readonly port: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "topics"; readonly topics: readonly string[] };

export type ToWorker =
  | { readonly kind: "topics"; readonly topics: readonly string[] }
  | { readonly kind: "stop" };

/** Set for a worker: `first` where no other is there when it starts, else `further`. */
export const workerVariable = "CUMULET_WORKER";
