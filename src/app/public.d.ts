// The types of the package `cumulet` as its users' compilers read them: they
// cannot compile our sources. Kept by hand; public.test.ts holds it to them.

export interface CloudOptions {
  /** Default 4566; 0 takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. Anything beyond loopback needs `rootCredential`. */
  readonly host?: string;
  /** Where state is kept; default `.cumulet`. */
  readonly dataDirectory?: string;
  /** Keeps everything in memory and writes nothing. */
  readonly ephemeral?: boolean;
  /** `postgres://...`: where many processes keep one cloud together. They share `dataDirectory` as well. */
  readonly store?: string;
  /** `s3://bucket/prefix`: with `store`, where bodies of objects and code of functions lie instead of in `dataDirectory`. */
  readonly blobs?: string;
  /** `process` (default): acknowledged writes survive the death of the process. `disk`: and a power cut. */
  readonly durability?: "process" | "disk";
  /** The root key of account 000000000000; its signatures are verified. */
  readonly rootCredential?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Further origins whose pages may call this cloud from a browser. */
  readonly allowedOrigins?: readonly string[];
  /** Further host names under which this cloud is served. */
  readonly servedHosts?: readonly string[];
  /** Of all functions together in this process; default by memory, at most 100. */
  readonly functionEnvironments?: number;
  /** How long running requests may take to end when the cloud stops; default 5 s. */
  readonly graceMilliseconds?: number;
  /** Hears of every operation, and of everything that went wrong. */
  readonly onLog?: (entry: LogEntry) => void;
}

export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  /** `call`, `control`, `fault`: what kind of thing happened. */
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A running cloud. */
export interface Cloud {
  /** Where clients reach it: `http://localhost:4566`. */
  readonly endpoint: string;
  readonly port: number;
  readonly clock: CloudClock;
  /** Absent for an ephemeral cloud. */
  readonly dataDirectory: string | undefined;
  /** What clients need in their environment to talk to this cloud. */
  env(): Record<string, string>;
  /** Empties the cloud: every service, every account. */
  reset(): Promise<void>;
  /** Ends requests and functions gracefully, then closes the store. More than one call is one stop. */
  stop(): Promise<void>;
}

export declare const Cloud: {
  /**
   * Starts a cloud in this process; rejects with a `StartError` that says why it cannot.
   *
   * ```ts
   * const cloud = await Cloud.start({ ephemeral: true, port: 0 });
   * ```
   */
  start(options?: CloudOptions): Promise<Cloud>;
};

/** The cloud's clock, as tests move it. */
export interface CloudClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves time forward by `1h`, `30d` or milliseconds. Resolves when all that fell due on the way has run. */
  advance(duration: string | number): Promise<void>;
  /** Stops time. */
  freeze(): void;
  /** Lets time run on from where it stands. */
  resume(): void;
  /** Goes back to the machine's time. */
  reset(): void;
}

/** Why a cloud could not start, in words for the person who started it. */
export declare class StartError extends Error {
  readonly name: "StartError";
  constructor(message?: string, options?: { cause?: unknown });
}
