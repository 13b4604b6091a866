// The compute port: runs user code. Today processes behind the Lambda Runtime
// API; containers and pods answer to the same port later.

import type { ByteStream } from "../../model/shapes.ts";

/** One function configuration. Two specs with the same `id` are the same code and settings, and share environments. */
export interface FunctionSpec {
  /** Unique per function version and configuration revision; the pool's key. */
  readonly id: string;
  readonly functionName: string;
  readonly version: string;
  readonly invokedArn: string;
  readonly accountId: string;
  readonly region: string;
  /** `nodejs22.x`, `python3.12`, `provided.al2023`. */
  readonly runtime: string;
  readonly handler: string;
  /** Zip files on this machine: the code first, then the layers in order. */
  readonly codeZip: string;
  readonly layerZips: readonly string[];
  /** The user's variables. The runtime's own (`AWS_REGION`, `AWS_LAMBDA_*`, `_HANDLER`) are added by the adapter. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly timeoutMilliseconds: number;
  readonly ephemeralStorageMegabytes: number;
  readonly logGroupName: string;
  readonly logStreamName: () => string;
  readonly architecture: "x86_64" | "arm64";
  /** The function's `LoggingConfig`; text where absent. */
  readonly logFormat?: "Text" | "JSON";
  /** `INFO`, `DEBUG`: only with the JSON format. */
  readonly applicationLogLevel?: string;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly clientContext?: string;
  readonly traceHeader?: string;
  /** The ARN with the qualifier the caller used. */
  readonly invokedArn: string;
  readonly signal: AbortSignal;
  /** True when the caller reads the response as it is produced. */
  readonly streaming?: boolean;
}

export interface LogLine {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

export interface InvocationResult {
  /**
   * Whole, or where a streaming function answers a streaming caller, as it comes.
   * A stream that the function breaks off throws a `StreamError`.
   */
  readonly payload: Uint8Array | ByteStream;
  /**
   * A streaming function's own content type. Under
   * `application/vnd.awslambda.http-integration-response` the payload begins with a
   * JSON prelude (status, headers, cookies) and eight zero bytes.
   */
  readonly contentType?: string;
  readonly functionError?: "Handled" | "Unhandled";
  /** START, the function's own output, END, REPORT: the last 4 KiB are the log tail. Resolves when the invocation is over. */
  readonly logs: Promise<readonly LogLine[]>;
  readonly logStreamName: string;
}

/** A streaming function failed after its response had begun. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly errorType: string;
  /** The error as the runtime told it, JSON. */
  readonly payload: Uint8Array;

  constructor(errorType: string, payload: Uint8Array) {
    super(`The function broke off its response: ${errorType}`);
    this.errorType = errorType;
    this.payload = payload;
  }
}

export type LateLines = (spec: FunctionSpec, logStreamName: string, lines: readonly LogLine[]) => void;

export interface FunctionHost {
  /**
   * Runs one invocation: on a warm environment, or on a new one. Waits for room
   * in the machine-wide pool, never beyond `signal`.
   */
  invoke(
    spec: FunctionSpec,
    credentials: () => Promise<RoleCredentials>,
    invocation: Invocation,
  ): Promise<InvocationResult>;
  /** Whether an invocation of the spec, or of any that has never run here, would begin at once. */
  hasRoom(specId?: string): boolean;
  /** Starts environments ahead of need; resolves when `count` are initialised (provisioned concurrency). */
  prepare(spec: FunctionSpec, credentials: () => Promise<RoleCredentials>, count: number): Promise<void>;
  /** Ends all environments of a spec (code or configuration changed, function deleted). Running invocations finish. */
  retire(specId: string): void;
  /** Tells of lines that an environment wrote after its last invocation was over: nobody else would ever get them. */
  onLateLines(listener: LateLines): void;
  /** Ends all environments, at once. */
  stop(): Promise<void>;
}
