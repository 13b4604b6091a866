// Encryption at rest: what is asked for is done to the stored bytes, and what
// comes back, whole or in ranges, is what was put.

import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import type { Store } from "../../../core/ports/store.ts";
import { anonymousPrincipal } from "../../../core/principal.ts";
import { defineService } from "../../../core/service.ts";
import type { Kms } from "../../../model/generated/kms.d.ts";
import { modelOf } from "../../../model/handle.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { openTestStore } from "../../../store/testing/open.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";
import { whole } from "../objects/small.ts";

const Bucket = "bucket";
const arn = "arn:aws:kms:us-east-1:000000000000:key/k";

/** Gives out data keys that its ciphertexts hold, with the context that they were given for. */
const kms = defineService<Kms>({
  model: modelOf<Kms>("kms"),
  resources: [],
  operations: {
    GenerateDataKey: async ({ KeyId, EncryptionContext }) => {
      if (KeyId === "missing") {
        throw new Fault("kms", "NotFoundException", "Key 'missing' does not exist", { status: 400 });
      }
      const Plaintext = createHash("sha256").update(KeyId).digest();
      const sealed = JSON.stringify({ key: Plaintext.toString("hex"), EncryptionContext });
      return { KeyId: arn, Plaintext, CiphertextBlob: Buffer.from(sealed) };
    },
    Decrypt: async ({ CiphertextBlob, EncryptionContext }) => {
      const sealed = JSON.parse(Buffer.from(CiphertextBlob ?? []).toString());
      if (JSON.stringify(sealed.EncryptionContext) !== JSON.stringify(EncryptionContext)) {
        throw new Fault("kms", "InvalidCiphertextException", "");
      }
      return { KeyId: arn, Plaintext: Buffer.from(sealed.key, "hex") };
    },
  },
});

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud([s3, kms]);
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterEach(() => cloud.stop());

const customer = (letter: string, prefix = "") => {
  const key = Buffer.alloc(32, letter);
  return {
    [`${prefix}SSECustomerAlgorithm`]: "AES256",
    [`${prefix}SSECustomerKey`]: key.toString("base64"),
    [`${prefix}SSECustomerKeyMD5`]: createHash("md5").update(key).digest("base64"),
  };
};

const call = (operation: string, input: object) => cloud.call("s3", operation, { Bucket, ...input });

async function collect(body: ByteStream | Uint8Array): Promise<Buffer> {
  return Buffer.from(body instanceof Uint8Array ? body : await whole(body));
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: Fault) => thrown,
  );
  return `${error?.code}: ${error?.message}`;
}

/** All bytes at rest, in the store and in blobs. */
async function atRest(): Promise<Buffer> {
  const place = { account: "000000000000", region: "us-east-1" };
  const info = { requestId: "", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  return cloud.kernel.serve(place, info, new AbortController().signal, async (ctx) => {
    const found: Uint8Array[] = [];
    for await (const { id } of ctx.blobs.list()) found.push(await whole(await ctx.blobs.get(id)));
    const stored = await ctx.atomically(async (tx) => tx.raw.scan({ start: "", end: "\xff" }));
    return Buffer.concat([...found, ...stored.map((entry) => entry.value)]);
  });
}

const small = Buffer.from("a small secret that is long enough to be found");
const large = Buffer.from(Array.from({ length: 150_000 }, (_, at) => (at * 7) % 251));

const ways: readonly (readonly [string, object, object, object])[] = [
  ["S3's own key", { ServerSideEncryption: "AES256" }, {}, { ServerSideEncryption: "AES256" }],
  [
    "a key of KMS",
    { ServerSideEncryption: "aws:kms", SSEKMSKeyId: "mine", BucketKeyEnabled: true },
    {},
    { ServerSideEncryption: "aws:kms", SSEKMSKeyId: arn, BucketKeyEnabled: true },
  ],
  [
    "two layers",
    { ServerSideEncryption: "aws:kms:dsse" },
    {},
    { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: arn },
  ],
  [
    "the customer's key",
    customer("k"),
    customer("k"),
    {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKeyMD5: createHash("md5").update("k".repeat(32)).digest("base64"),
    },
  ],
];

test.each(ways)("%s encrypts at rest, and gives back every range", async (_way, asked, shown, told) => {
  for (const bytes of [small, large]) {
    const put = await call("PutObject", { Key: "k", Body: bytes, ...asked });
    expect(put).toMatchObject(told);
    const head = await call("HeadObject", { Key: "k", ...shown });
    expect(head).toMatchObject({ ...told, ContentLength: bytes.length, ETag: put.ETag });
    const got = await call("GetObject", { Key: "k", ...shown });
    expect(got).toMatchObject(told);
    expect((await collect(got.Body)).equals(bytes)).toBe(true);
    for (const [start, end] of [
      [0, 0],
      [15, 17],
      [16, 31],
      [33, bytes.length - 1],
    ] as const) {
      const part = await call("GetObject", { Key: "k", Range: `bytes=${start}-${end}`, ...shown });
      expect((await collect(part.Body)).equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    const stored = await atRest();
    expect(stored.includes(bytes.subarray(0, 20))).toBe(false);
    expect(stored.includes(Buffer.alloc(32, "k").toString("base64"))).toBe(false);
  }
});

test.each(ways)("%s encrypts uploads in parts and copies", async (_way, asked, shown, told) => {
  const created = await call("CreateMultipartUpload", { Key: "k", ...asked });
  expect(created).toMatchObject(told);
  const { UploadId } = created;
  const first = Buffer.alloc(5 * 1024 * 1024, large);
  const Parts = [];
  for (const [at, Body] of [first, small].entries()) {
    const sent = await call("UploadPart", { Key: "k", UploadId, PartNumber: at + 1, Body, ...shown });
    expect(sent).toMatchObject(told);
    Parts.push({ PartNumber: at + 1, ETag: sent.ETag });
  }
  await call("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: { Parts } });
  const bytes = Buffer.concat([first, small]);
  const got = await call("GetObject", { Key: "k", ...shown });
  expect((await collect(got.Body)).equals(bytes)).toBe(true);
  const from = first.length - 5;
  const part = await call("GetObject", { Key: "k", Range: `bytes=${from}-${from + 9}`, ...shown });
  expect((await collect(part.Body)).equals(bytes.subarray(from, from + 10))).toBe(true);
  expect((await atRest()).includes(small)).toBe(false);

  const source = "SSECustomerKey" in shown ? customer("k", "CopySource") : {};
  await call("CopyObject", { Key: "copy", CopySource: `${Bucket}/k`, ...source, ...customer("other") });
  const copy = await call("GetObject", { Key: "copy", ...customer("other") });
  expect((await collect(copy.Body)).equals(bytes)).toBe(true);
});

test("a bucket's default applies where a request asks for nothing", async () => {
  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "mine" },
      BucketKeyEnabled: true,
    },
  ];
  await call("PutBucketEncryption", { ServerSideEncryptionConfiguration: { Rules } });
  const byDefault = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: arn, BucketKeyEnabled: true };
  expect(await call("PutObject", { Key: "k", Body: small })).toMatchObject(byDefault);
  const asked = await call("PutObject", { Key: "k", Body: small, ServerSideEncryption: "AES256" });
  expect(asked).toMatchObject({ ServerSideEncryption: "AES256" });
  await call("DeleteBucketEncryption", {});
  expect(await call("PutObject", { Key: "k", Body: small })).toMatchObject({
    ServerSideEncryption: "AES256",
  });
});

test("a customer's key is asked for again, and must be the same", async () => {
  await call("PutObject", { Key: "k", Body: small, ...customer("a") });
  await call("PutObject", { Key: "plain", Body: small });
  for (const operation of ["GetObject", "HeadObject"]) {
    expect(await refusal(call(operation, { Key: "k" }))).toBe(
      "InvalidRequest: The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
    expect(await refusal(call(operation, { Key: "k", ...customer("b") }))).toMatch(/^AccessDenied: /);
    expect(await refusal(call(operation, { Key: "plain", ...customer("b") }))).toBe(
      "InvalidRequest: The encryption parameters are not applicable to this object.",
    );
  }
  const { UploadId } = await call("CreateMultipartUpload", { Key: "k", ...customer("a") });
  const part = { Key: "k", UploadId, PartNumber: 1, Body: small };
  expect(await refusal(call("UploadPart", part))).toMatch(/^InvalidRequest: The multipart upload initiate/);
  expect(await refusal(call("UploadPart", { ...part, ...customer("b") }))).toMatch(
    /did not match the ones used originally/,
  );
});

test.each([
  ["no key", { SSECustomerKey: undefined }, /^InvalidArgument: .*appropriate secret key\.$/],
  ["no algorithm", { SSECustomerAlgorithm: undefined }, /^InvalidArgument: .*valid encryption algorithm\.$/],
  ["another algorithm", { SSECustomerAlgorithm: "DES" }, /^InvalidEncryptionAlgorithmError: /],
  ["no MD5", { SSECustomerKeyMD5: undefined }, /^InvalidArgument: .*MD5 of the secret key\.$/],
  ["a wrong MD5", { SSECustomerKeyMD5: "AAAA" }, /^InvalidArgument: The calculated MD5 hash/],
  ["a short key", { SSECustomerKey: "AAAA" }, /^InvalidArgument: The secret key was invalid/],
  ["another encryption beside it", { ServerSideEncryption: "AES256" }, /^InvalidArgument: .*incompatible/],
])("a customer's key with %s is refused", async (_what, changed, answer) => {
  const input = Object.fromEntries(
    Object.entries({ ...customer("a"), ...changed }).filter(([, value]) => value !== undefined),
  );
  expect(await refusal(call("PutObject", { Key: "k", Body: small, ...input }))).toMatch(answer);
});

test("what KMS refuses is told as S3 does, and where there is no KMS that is told", async () => {
  const asked = { Key: "k", Body: small, ServerSideEncryption: "aws:kms" };
  expect(await refusal(call("PutObject", { ...asked, SSEKMSKeyId: "missing" }))).toBe(
    "KMS.NotFoundException: Key 'missing' does not exist",
  );
  const without = await testCloud([s3]);
  await without.call("s3", "CreateBucket", { Bucket });
  expect(await refusal(without.call("s3", "PutObject", { Bucket, ...asked }))).toMatch(
    /NotImplemented: .*kms/,
  );
  await without.stop();
});

test("an object is encrypted as its bucket asks when it is stored, not as it did a moment before", async () => {
  const opened = await openTestStore();
  let between = async (): Promise<void> => undefined;
  /** What a store remembers may be older than what another node has written. */
  const store: Store = {
    transact: (body, attempts) => opened.store.transact(body, attempts),
    read: (body) => opened.store.read(body),
    watch: (topic, listener) => opened.store.watch(topic, listener),
    clear: () => opened.store.clear(),
    close: () => opened.store.close(),
    preview: async (body) => {
      const found = await opened.store.transact(body);
      await between();
      return found;
    },
  };
  const remembering = await testCloud([s3, kms], { opened: { ...opened, store } });
  const ask = (operation: string, input: object) => remembering.call("s3", operation, { Bucket, ...input });
  await ask("CreateBucket", {});
  between = async () => {
    between = async () => undefined;
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } };
    await ask("PutBucketEncryption", { ServerSideEncryptionConfiguration: { Rules: [rule] } });
  };
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("bo");
    yield Buffer.from("dy");
  }
  const put = await ask("PutObject", { Key: "k", Body: body(), ContentLength: 4 });
  expect(put).toMatchObject({ ServerSideEncryption: "aws:kms" });
  const { Body, ServerSideEncryption } = await ask("GetObject", { Key: "k" });
  expect([ServerSideEncryption, (await collect(Body)).toString()]).toEqual(["aws:kms", "body"]);
  await remembering.stop();
  await store.close();
});
