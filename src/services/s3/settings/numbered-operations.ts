// The operations on analytics, metrics and Intelligent-Tiering configurations.
// They are kept and shown; nothing here measures or archives on its own.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidArgument, s3Fault, unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { listNumbered, type NumberedKind, readNumbered, removeNumbered, writeNumbered } from "./numbered.ts";

interface ById {
  readonly Bucket: string;
  readonly Id: string;
}

function remove(kind: NumberedKind): (input: ById, tx: Transaction) => Promise<Record<string, never>> {
  return async (input, tx) => {
    await removeNumbered(tx, await findBucket(tx, input), kind, input.Id);
    return {};
  };
}

async function putAnalytics(
  input: Input<"PutBucketAnalyticsConfiguration">,
  tx: Transaction,
): Promise<Output<"PutBucketAnalyticsConfiguration">> {
  const bucket = await findBucket(tx, input);
  const configuration = input.AnalyticsConfiguration;
  checkFilter(configuration.Filter);
  if (configuration.StorageClassAnalysis.DataExport !== undefined) {
    throw unsupported("the export of storage class analysis");
  }
  await writeNumbered(tx, bucket, "analytics", input.Id, configuration);
  return {};
}

async function putMetrics(
  input: Input<"PutBucketMetricsConfiguration">,
  tx: Transaction,
): Promise<Output<"PutBucketMetricsConfiguration">> {
  const bucket = await findBucket(tx, input);
  checkFilter(input.MetricsConfiguration.Filter);
  await writeNumbered(tx, bucket, "metrics", input.Id, input.MetricsConfiguration);
  return {};
}

async function putTiering(
  input: Input<"PutBucketIntelligentTieringConfiguration">,
  tx: Transaction,
): Promise<Output<"PutBucketIntelligentTieringConfiguration">> {
  const bucket = await findBucket(tx, input);
  const configuration = input.IntelligentTieringConfiguration;
  checkFilter(configuration.Filter);
  if (configuration.Tierings.length === 0) throw s3Fault("MalformedXML");
  for (const { AccessTier, Days } of configuration.Tierings) {
    const least = AccessTier === "DEEP_ARCHIVE_ACCESS" ? 180 : 90;
    if (Days >= least && Days <= 730) continue;
    throw invalidArgument(
      `The minimum number of days for ${AccessTier} access tier is at least ${least} days and at most 730 days.`,
      "Days",
      Days,
    );
  }
  await writeNumbered(tx, bucket, "tiering", input.Id, configuration);
  return {};
}

/** One condition, or several within `And`. */
function checkFilter(filter: object | undefined): void {
  if (filter === undefined) return;
  if (Object.values(filter).filter((value) => value !== undefined).length !== 1)
    throw s3Fault("MalformedXML");
}

export const numberedOperations = {
  PutBucketAnalyticsConfiguration: putAnalytics,
  GetBucketAnalyticsConfiguration: async (input, tx) => ({
    AnalyticsConfiguration: await readNumbered(tx, await findBucket(tx, input), "analytics", input.Id),
  }),
  ListBucketAnalyticsConfigurations: async (input, tx) => {
    const { values, ...page } = await listNumbered(
      tx,
      await findBucket(tx, input),
      "analytics",
      input.ContinuationToken,
    );
    return { ...page, AnalyticsConfigurationList: values };
  },
  DeleteBucketAnalyticsConfiguration: remove("analytics"),
  PutBucketMetricsConfiguration: putMetrics,
  GetBucketMetricsConfiguration: async (input, tx) => ({
    MetricsConfiguration: await readNumbered(tx, await findBucket(tx, input), "metrics", input.Id),
  }),
  ListBucketMetricsConfigurations: async (input, tx) => {
    const { values, ...page } = await listNumbered(
      tx,
      await findBucket(tx, input),
      "metrics",
      input.ContinuationToken,
    );
    return { ...page, MetricsConfigurationList: values };
  },
  DeleteBucketMetricsConfiguration: remove("metrics"),
  PutBucketIntelligentTieringConfiguration: putTiering,
  GetBucketIntelligentTieringConfiguration: async (input, tx) => ({
    IntelligentTieringConfiguration: await readNumbered(tx, await findBucket(tx, input), "tiering", input.Id),
  }),
  ListBucketIntelligentTieringConfigurations: async (input, tx) => {
    const { values, ...page } = await listNumbered(
      tx,
      await findBucket(tx, input),
      "tiering",
      input.ContinuationToken,
    );
    return { ...page, IntelligentTieringConfigurationList: values };
  },
  DeleteBucketIntelligentTieringConfiguration: remove("tiering"),
} satisfies Operations<S3>;
