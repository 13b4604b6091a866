// Every limit of the front in one place, with the values that AWS's clients
// need at least and that a hostile client cannot exceed.

export interface FrontLimits {
  /** Request line and headers together; beyond it a client reads 431. */
  readonly headerBytes: number;
  /** Bodies that are read whole, before and after decompression; beyond it 413. Streamed bodies have no limit. */
  readonly bodyBytes: number;
  /** From the connection, or the last answer, to the end of a request's headers. */
  readonly headersMilliseconds: number;
  /** From the headers to the end of a body that is read whole. */
  readonly bodyMilliseconds: number;
  /** Between two pieces of a streamed body, in either direction. */
  readonly idleMilliseconds: number;
  /** How long an idle connection is kept. Longer than the pools of the AWS SDKs keep theirs, so that no request meets a closing socket. */
  readonly keepAliveMilliseconds: number;
  readonly connections: number;
}

const megabyte = 1024 * 1024;

export const defaultLimits: FrontLimits = {
  headerBytes: 16 * 1024,
  bodyBytes: 16 * megabyte,
  headersMilliseconds: 20_000,
  bodyMilliseconds: 60_000,
  idleMilliseconds: 60_000,
  keepAliveMilliseconds: 65_000,
  connections: 10_000,
};
