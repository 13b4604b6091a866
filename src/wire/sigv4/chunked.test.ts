import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChunkedOptions, readChunked } from "./chunked.ts";
import { sha256 } from "./payload.ts";
import { SigningKeys } from "./signing-key.ts";

const scope = "20130524/us-east-1/s3/aws4_request";
const timestamp = "20130524T000000Z";
const key = new SigningKeys().get("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);

async function* inPieces(text: string | Buffer, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(
  text: string | Buffer,
  options: Partial<ChunkedOptions> = {},
  pieceSize = 7,
): Promise<{ content: string; trailers: Readonly<Record<string, string>> | undefined }> {
  let trailers: Readonly<Record<string, string>> | undefined;
  const pieces: Uint8Array[] = [];
  const chunks = readChunked(inPieces(text, pieceSize), {
    signing: undefined,
    decodedLength: undefined,
    announcedTrailers: [],
    onTrailers: (read) => {
      trailers = read;
    },
    ...options,
  });
  for await (const piece of chunks) pieces.push(piece);
  return { content: Buffer.concat(pieces).toString("latin1"), trailers };
}

describe("AWS's published example of a chunked upload", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
  const body = (first = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"): string =>
    `10000;chunk-signature=${first}\r\n${"a".repeat(65536)}\r\n` +
    `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${"a".repeat(1024)}\r\n` +
    "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
  const signing = {
    key,
    timestamp,
    scope,
    seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  };

  it.each([1, 1000, 65536, 100_000])("is verified and decoded, arriving in pieces of %i", async (size) => {
    const { content } = await decode(body(), { signing, decodedLength: 66560 }, size);
    expect(content).toBe("a".repeat(66560));
  });

  it("fails with one byte changed, or one signature, or none", async () => {
    const changed = body().replace("aaaa", "aaba");
    await expect(decode(changed, { signing }, 9999)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
    const other = body("0".repeat(64));
    await expect(decode(other, { signing }, 9999)).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
    await expect(decode("1\r\na\r\n0\r\n\r\n", { signing })).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
    });
  });

  it("fails where it ends early, or has another length than announced", async () => {
    const missing = { code: "IncompleteBody" };
    await expect(decode(body().slice(0, 60_000), { signing }, 9999)).rejects.toMatchObject(missing);
    await expect(decode(body(), { signing, decodedLength: 66561 }, 9999)).rejects.toMatchObject(missing);
  });
});

describe("trailers", () => {
  const announcedTrailers = ["x-amz-checksum-crc32c"];
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
  const signing = {
    key,
    timestamp,
    scope,
    seed: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
  };
  const chunks =
    `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${"a".repeat(65536)}\r\n` +
    `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${"a".repeat(1024)}\r\n` +
    "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n";
  const line = "x-amz-checksum-crc32c:sOO8/Q==";
  const trailerSignature = key.sign(
    `AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\n${sha256(Buffer.from(`${line}\n`))}`,
  );

  it("are verified with AWS's example, which continues the signatures of the chunks", async () => {
    const text = `${chunks}${line}\r\nx-amz-trailer-signature:${trailerSignature}\r\n\r\n`;
    const { content, trailers } = await decode(text, { signing, announcedTrailers }, 4096);
    expect(content.length).toBe(66560);
    expect(trailers).toEqual({ "x-amz-checksum-crc32c": "sOO8/Q==" });
  });

  it("are refused with a wrong signature, or without one", async () => {
    const wrong = { code: "SignatureDoesNotMatch" };
    const forged = `${chunks}x-amz-checksum-crc32c:AAAAAA==\r\nx-amz-trailer-signature:${trailerSignature}\r\n\r\n`;
    await expect(decode(forged, { signing, announcedTrailers }, 4096)).rejects.toMatchObject(wrong);
    await expect(
      decode(`${chunks}${line}\r\n\r\n`, { signing, announcedTrailers }, 4096),
    ).rejects.toMatchObject(wrong);
  });

  it("are read without signatures, and without the last line end", async () => {
    for (const end of ["\r\n\r\n", "\r\n", ""]) {
      const { content, trailers } = await decode(`5\r\nhello\r\n0\r\n${line}${end}`, { announcedTrailers });
      expect(content).toBe("hello");
      expect(trailers).toEqual({ "x-amz-checksum-crc32c": "sOO8/Q==" });
    }
  });

  it("must be those that were announced", async () => {
    const malformed = { code: "MalformedTrailerError" };
    await expect(decode("0\r\nauthorization:x\r\n\r\n", { announcedTrailers })).rejects.toMatchObject(
      malformed,
    );
    await expect(decode("0\r\n\r\n", { announcedTrailers })).rejects.toMatchObject(malformed);
    await expect(decode("0\r\nno colon\r\n\r\n", { announcedTrailers })).rejects.toMatchObject(malformed);
  });
});

describe("any chunked body", () => {
  it("is decoded whatever its chunks are, and however it is cut in transit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        async (chunks, pieceSize) => {
          const framed = chunks.flatMap((chunk) => [
            Buffer.from(`${chunk.length.toString(16)}\r\n`),
            chunk,
            Buffer.from("\r\n"),
          ]);
          const text = Buffer.concat([...framed, Buffer.from("0\r\n\r\n")]);
          const { content } = await decode(text, {}, pieceSize);
          expect(content).toBe(Buffer.concat(chunks).toString("latin1"));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is refused where a header is no size, or has no end", async () => {
    for (const text of [
      "zz\r\n",
      "-1\r\n",
      `${"f".repeat(20)}\r\n`,
      "1".repeat(10_000),
      "1\r\nab\r\n0\r\n\r\n",
    ]) {
      await expect(decode(text, {}, 5000)).rejects.toMatchObject({ name: "Fault", status: 400 });
    }
  });
});
