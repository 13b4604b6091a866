// Lists of objects, old and new, and of uploads, against a sorted array: what
// pages of any size show together, and how each says where the next begins.

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud([s3]);
});
afterEach(() => cloud.stop());

const key = fc
  .array(fc.constantFrom("a", "b", "/", "-", " ", "+", "%", "é", "\u{10000}", "\uffee"), {
    minLength: 1,
    maxLength: 5,
  })
  .map((letters) => letters.join(""));

const questions = fc.record({
  prefix: fc.constantFrom("", "a", "a/", "/", "é"),
  delimiter: fc.constantFrom("", "/", "b/"),
  after: fc.oneof(fc.constant(""), key),
  size: fc.integer({ min: 1, max: 7 }),
  encoded: fc.boolean(),
});
type Question = typeof questions extends fc.Arbitrary<infer Q> ? Q : never;

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Keys, and common prefixes in place of those below them, in order. */
function expected(keys: readonly string[], { prefix, delimiter, after }: Question): readonly string[] {
  const shown = keys
    .filter((each) => each.startsWith(prefix))
    .map((each) => {
      const at = delimiter === "" ? -1 : each.indexOf(delimiter, prefix.length);
      return at < 0 ? each : each.slice(0, at + delimiter.length);
    });
  // A marker within a group hides the group.
  return [...new Set(shown)].filter((each) => byBytes(each, after) > 0).sort(byBytes);
}

interface ListPage {
  readonly Contents?: readonly { readonly Key: string }[];
  readonly Uploads?: readonly { readonly Key: string }[];
  readonly CommonPrefixes: readonly { readonly Prefix: string }[];
  readonly IsTruncated: boolean;
  readonly NextMarker?: string;
  readonly NextContinuationToken?: string;
  readonly NextKeyMarker?: string;
  readonly NextUploadIdMarker?: string;
  readonly KeyCount?: number;
}

const plain = (text: string) => decodeURIComponent(text.replaceAll("+", " "));

/** The texts of all pages, in order; `next` names where a page ends. */
async function pages(
  operation: string,
  question: Question & { readonly bucket: string },
  begin: object,
  next: (page: ListPage, shown: readonly string[]) => object,
): Promise<readonly string[]> {
  const { bucket, prefix, delimiter, size, encoded } = question;
  const limit = operation === "ListMultipartUploads" ? { MaxUploads: size } : { MaxKeys: size };
  const asked = {
    Bucket: bucket,
    Prefix: prefix,
    Delimiter: delimiter,
    ...limit,
    ...(encoded ? { EncodingType: "url" } : {}),
  };
  const all: string[] = [];
  let from = begin;
  for (;;) {
    const page: ListPage = await cloud.call("s3", operation, { ...asked, ...from });
    const shown = [
      ...(page.Contents ?? page.Uploads ?? []).map(({ Key }) => Key),
      ...page.CommonPrefixes.map(({ Prefix }) => Prefix),
    ]
      .map((text) => (encoded ? plain(text) : text))
      .sort(byBytes);
    expect(shown.length).toBeLessThanOrEqual(size);
    all.push(...shown);
    if (!page.IsTruncated) return all;
    expect(shown.length).toBe(size);
    const decoded = encoded ? decodeMarkers(page) : page;
    from = next(decoded, shown);
  }
}

function decodeMarkers(page: ListPage): ListPage {
  const { NextMarker, NextKeyMarker } = page;
  return {
    ...page,
    ...(NextMarker === undefined ? {} : { NextMarker: plain(NextMarker) }),
    ...(NextKeyMarker === undefined ? {} : { NextKeyMarker: plain(NextKeyMarker) }),
  };
}

test("all pages together show every key or group once, in order of their bytes", async () => {
  let buckets = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 25 }),
      fc.array(questions, { minLength: 5, maxLength: 5 }),
      async (keys, all) => {
        const bucket = `bucket-${buckets++}`;
        await cloud.call("s3", "CreateBucket", { Bucket: bucket });
        for (const Key of keys) await cloud.call("s3", "PutObject", { Bucket: bucket, Key });
        for (const question of all) {
          const asked = { ...question, bucket };
          const texts = expected(keys, question);
          const { after, delimiter } = question;
          // Without a delimiter the last key is the marker, and no other is told.
          const marker = (page: ListPage, shown: readonly string[]) => {
            expect(page.NextMarker).toBe(delimiter === "" ? undefined : shown.at(-1));
            return { Marker: shown.at(-1) };
          };
          expect(await pages("ListObjects", asked, { Marker: after }, marker)).toEqual(texts);
          const token = ({ NextContinuationToken }: ListPage) => ({
            ContinuationToken: NextContinuationToken,
          });
          expect(await pages("ListObjectsV2", asked, { StartAfter: after }, token)).toEqual(texts);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("uploads are listed by key and then by their beginning", async () => {
  let buckets = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 12 }), questions, async (keys, question) => {
      const bucket = `bucket-${buckets++}`;
      await cloud.call("s3", "CreateBucket", { Bucket: bucket });
      for (const Key of keys) await cloud.call("s3", "CreateMultipartUpload", { Bucket: bucket, Key });
      const shown = await pages("ListMultipartUploads", { ...question, bucket }, {}, (page) => ({
        KeyMarker: page.NextKeyMarker,
        UploadIdMarker: page.NextUploadIdMarker,
      }));
      const groups = expected(keys, { ...question, after: "" });
      const wanted = groups.flatMap((each) => {
        const times = keys.filter((name) => name === each).length;
        return Array.from({ length: Math.max(1, times) }, () => each);
      });
      expect(shown).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});
