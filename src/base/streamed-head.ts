// An answer that a function streams over HTTP: a head in JSON, eight zero bytes,
// and the body as it comes.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html

const delimiter = Buffer.alloc(8);

export interface StreamedAnswer {
  /** JSON, unread. */
  readonly head: string;
  readonly body: AsyncGenerator<Uint8Array, void, void>;
}

/** Undefined where there is no head, or none within the first `longest` bytes and the chunk in which they end. */
export async function splitHead(
  stream: AsyncIterable<Uint8Array>,
  longest = Number.POSITIVE_INFINITY,
): Promise<StreamedAnswer | undefined> {
  const chunks = stream[Symbol.asyncIterator]();
  let seen = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true || seen.length > longest) return undefined;
    seen = Buffer.concat([seen, value]);
    const end = seen.indexOf(delimiter);
    if (end < 0) continue;
    return {
      head: seen.subarray(0, end).toString(),
      body: rest(seen.subarray(end + delimiter.length), chunks),
    };
  }
}

async function* rest(
  first: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const { value, done } = await chunks.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
}
