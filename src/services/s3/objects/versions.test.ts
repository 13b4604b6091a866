// The versions of keys against a plain model: random writes, deletions and
// changes of the bucket's versioning, and what a read and a list then find.

import fc from "fast-check";
import { expect, test } from "vitest";
import { testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "versioned";

/** Newest first. */
interface ModelVersion {
  readonly id: string;
  readonly body: string | undefined;
}

type Step =
  | { readonly what: "put"; readonly key: string }
  | { readonly what: "delete"; readonly key: string }
  | { readonly what: "deleteVersion"; readonly key: string; readonly at: number }
  | { readonly what: "versioning"; readonly status: "Enabled" | "Suspended" };

const key = fc.constantFrom("a", "a/b", "é");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant("put" as const), key }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("delete" as const), key }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("deleteVersion" as const), key, at: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("versioning" as const),
      status: fc.constantFrom("Enabled" as const, "Suspended" as const),
    }),
  },
);

test("reads and lists agree with a plain model of versions", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40, size: "max" }),
      fc.integer({ min: 1, max: 7 }),
      async (steps, size) => {
        const cloud = await testCloud([s3]);
        try {
          await cloud.call("s3", "CreateBucket", { Bucket });
          const model = new Map<string, ModelVersion[]>();
          let status: "Enabled" | "Suspended" | undefined;
          let written = 0;
          for (const each of steps) {
            if (each.what === "versioning") {
              status = each.status;
              await cloud.call("s3", "PutBucketVersioning", {
                Bucket,
                VersioningConfiguration: { Status: status },
              });
              continue;
            }
            const Key = each.key;
            const versions = model.get(Key) ?? [];
            const kept = status === "Enabled" ? versions : versions.filter(({ id }) => id !== "null");
            if (each.what === "put") {
              const body = `body ${++written}`;
              const put = await cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from(body) });
              model.set(Key, [{ id: put.VersionId ?? "null", body }, ...kept]);
            } else if (each.what === "delete") {
              const gone = await cloud.call("s3", "DeleteObject", { Bucket, Key });
              model.set(
                Key,
                status === undefined ? kept : [{ id: gone.VersionId, body: undefined }, ...kept],
              );
            } else {
              const id = versions[each.at]?.id;
              if (id === undefined) continue;
              await cloud.call("s3", "DeleteObject", { Bucket, Key, VersionId: id });
              model.set(
                Key,
                versions.filter((version) => version.id !== id),
              );
            }
          }
          await checkLists(cloud, model, size);
          await checkReads(cloud, model);
        } finally {
          await cloud.stop();
        }
      },
    ),
    { numRuns: 100 },
  );
});

type Cloud = Awaited<ReturnType<typeof testCloud>>;
type Model = ReadonlyMap<string, readonly ModelVersion[]>;

async function checkLists(cloud: Cloud, model: Model, size: number): Promise<void> {
  const keys = [...model.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const live = keys.filter((each) => model.get(each)?.[0]?.body !== undefined);
  const listed = await cloud.call("s3", "ListObjectsV2", { Bucket });
  expect(listed.Contents.map((each: { Key: string }) => each.Key)).toEqual(live);

  const all = keys.flatMap((each) =>
    (model.get(each) ?? []).map(({ id, body }, at) => ({ body, shown: [each, id, at === 0] })),
  );
  const versions: unknown[] = [];
  const markers: unknown[] = [];
  let from = {};
  for (;;) {
    const page = await cloud.call("s3", "ListObjectVersions", { Bucket, MaxKeys: size, ...from });
    expect(page.Versions.length + page.DeleteMarkers.length).toBeLessThanOrEqual(size);
    const shown = (each: { Key: string; VersionId: string; IsLatest: boolean }) => [
      each.Key,
      each.VersionId,
      each.IsLatest,
    ];
    versions.push(...page.Versions.map(shown));
    markers.push(...page.DeleteMarkers.map(shown));
    if (!page.IsTruncated) break;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(versions).toEqual(all.filter(({ body }) => body !== undefined).map((each) => each.shown));
  expect(markers).toEqual(all.filter(({ body }) => body === undefined).map((each) => each.shown));
}

async function checkReads(cloud: Cloud, model: Model): Promise<void> {
  for (const [Key, versions] of model) {
    expect(await read(cloud, Key)).toBe(versions[0]?.body);
    for (const { id, body } of versions) expect(await read(cloud, Key, id)).toBe(body);
  }
}

/** Undefined where there is no object, or a delete marker. */
async function read(cloud: Cloud, Key: string, VersionId?: string): Promise<string | undefined> {
  try {
    const got = await cloud.call("s3", "GetObject", {
      Bucket,
      Key,
      ...(VersionId === undefined ? {} : { VersionId }),
    });
    return Buffer.from(got.Body).toString();
  } catch {
    return undefined;
  }
}
