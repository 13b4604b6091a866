// What a cloud can be started with.

import type { LogEntry } from "../core/log.ts";
import type { TopicBus } from "../store/lmdb/shared/topics.ts";

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
  readonly onLog?: (entry: LogEntry) => void;
}

/** Of one of several processes that `cumulet up --workers` starts. */
export interface WorkerOptions {
  /** How it talks to its siblings over one data directory. */
  readonly bus: TopicBus;
  /** When it started there was no other. */
  readonly first: boolean;
}
