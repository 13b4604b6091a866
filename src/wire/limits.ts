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
  /** What API Gateway lets clients of WebSocket APIs send, in one frame and in one message; beyond it the connection ends with 1009. */
  readonly socketFrameBytes: number;
  readonly socketMessageBytes: number;
  /** Sent to a WebSocket and not yet read by its client; beyond it nothing more is taken for it. */
  readonly socketBufferBytes: number;
  /** Messages of one WebSocket that are dealt with at once; a client with more is not read. */
  readonly socketMessages: number;
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
  socketFrameBytes: 32 * 1024,
  socketMessageBytes: 128 * 1024,
  socketBufferBytes: megabyte,
  socketMessages: 32,
};
