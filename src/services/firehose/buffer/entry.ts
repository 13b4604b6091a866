// Records as buffers hold them: what one call or one step brought, in one
// value. A JSON head with times and lengths, then the data, end to end.

export interface BufferedRecord {
  readonly data: Uint8Array;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Where it came from, if from a stream. */
  readonly origin?: Origin | undefined;
}

/** A record of a Kinesis stream, as transformation functions are shown it. */
export interface Origin {
  readonly sequenceNumber: string;
  readonly subsequenceNumber: number;
  readonly partitionKey: string;
  readonly shardId: string;
}

interface Head {
  /** One time for all, or one for each. */
  readonly at: number | readonly number[];
  readonly lengths: readonly number[];
  readonly origins?: readonly (Origin | undefined)[];
}

const lengthBytes = 4;

export function encodeEntry(records: readonly BufferedRecord[]): Uint8Array {
  const first = records[0]?.at ?? 0;
  const head: Head = {
    at: records.every(({ at }) => at === first) ? first : records.map(({ at }) => at),
    lengths: records.map(({ data }) => data.length),
    ...(records.some(({ origin }) => origin !== undefined) && {
      origins: records.map(({ origin }) => origin),
    }),
  };
  const json = Buffer.from(JSON.stringify(head));
  const size = head.lengths.reduce((sum, length) => sum + length, 0);
  const value = Buffer.allocUnsafe(lengthBytes + json.length + size);
  value.writeUInt32BE(json.length, 0);
  value.set(json, lengthBytes);
  let at = lengthBytes + json.length;
  for (const { data } of records) {
    value.set(data, at);
    at += data.length;
  }
  return value;
}

export function decodeEntry(value: Uint8Array): readonly BufferedRecord[] {
  const { head, dataAt } = readHead(value);
  let from = dataAt;
  return head.lengths.map((length, index) => {
    const data = value.subarray(from, from + length);
    from += length;
    const at = typeof head.at === "number" ? head.at : head.at[index]!;
    return { data, at, origin: head.origins?.[index] ?? undefined };
  });
}

/** When the first of its records arrived. */
export function arrivalOf(value: Uint8Array): number {
  const { at } = readHead(value).head;
  return typeof at === "number" ? at : at.reduce((oldest, each) => Math.min(oldest, each));
}

/** Of the records' data alone. */
export function sizeOf(value: Uint8Array): number {
  const bytes = Buffer.from(value.buffer, value.byteOffset, lengthBytes);
  return value.length - lengthBytes - bytes.readUInt32BE(0);
}

function readHead(value: Uint8Array): { readonly head: Head; readonly dataAt: number } {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  const dataAt = lengthBytes + bytes.readUInt32BE(0);
  return { head: JSON.parse(bytes.toString("utf8", lengthBytes, dataAt)) as Head, dataAt };
}
