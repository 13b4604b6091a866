// JSON that is already text: what a service stored as it came and hands back
// unread. JSON protocols copy its bytes into the response; every other use
// parses them.

export class RawJson {
  /** Valid JSON in UTF-8, in the wire form of the shape it stands for. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  parse(): unknown {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
  }

  /** Keeps `JSON.stringify` right wherever raw JSON stands unnoticed. */
  toJSON(): unknown {
    return this.parse();
  }
}
