// Delivery to S3: one object of many records, compressed, under the role that
// the destination names.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  ExtendedS3DestinationDescription,
  S3DestinationDescription,
} from "../../../model/generated/firehose.d.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import { convert } from "../conversion/convert.ts";
import { conversionOf } from "../destination/conversion-settings.ts";
import type { PartitionKeys } from "../naming/expression.ts";
import { objectName } from "../naming/object-name.ts";
import type { Failure } from "../processing/failure.ts";
import type { StreamState } from "../stream.ts";
import { compress, extensions } from "./compression.ts";
import type { Outcome } from "./outcome.ts";

const s3 = modelOf<S3>("s3");

export interface Parcel {
  readonly records: readonly BufferedRecord[];
  /** Names the object; the same at every try. */
  readonly id: string;
  readonly keys?: PartitionKeys | undefined;
  readonly errorType?: string | undefined;
}

type Settings = S3DestinationDescription &
  Pick<
    ExtendedS3DestinationDescription,
    "CustomTimeZone" | "FileExtension" | "DataFormatConversionConfiguration"
  >;

export async function deliverToS3(
  ctx: Waiting,
  stream: StreamState,
  settings: Settings,
  parcel: Parcel,
): Promise<Outcome> {
  const conversion =
    parcel.errorType === undefined ? conversionOf(settings as ExtendedS3DestinationDescription) : undefined;
  let failures: readonly Failure[] = [];
  let data: Iterable<Uint8Array> = pieces(parcel.records);
  if (conversion !== undefined) {
    const converted = await convert(ctx, conversion, parcel.records);
    if ("code" in converted) {
      return { delivered: false, code: converted.code, message: converted.message };
    }
    failures = converted.failures;
    // Not one record could be converted: there is nothing to write.
    if (converted.data === undefined) return { delivered: true, failures };
    data = [converted.data];
  }
  const Key = nameOf(stream, settings, parcel, conversion !== undefined);
  const oldest = oldestOf(parcel.records);
  const Body = compress(data, settings.CompressionFormat, Key, oldest);
  const kmsKey = settings.EncryptionConfiguration.KMSEncryptionConfig?.AWSKMSKeyARN;
  try {
    await ctx.asRole(settings.RoleARN, "AmazonFirehose").call(s3, "PutObject", {
      Bucket: bucketOf(settings),
      Key,
      Body,
      ContentType: "application/octet-stream",
      ...(settings.CompressionFormat === "GZIP" && { ContentEncoding: "gzip" }),
      ...(kmsKey !== undefined && { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: kmsKey }),
    });
    return { delivered: true, failures };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { delivered: false, code: `S3.${error.code}`, message: messages[error.code] ?? error.message };
  }
}

const pieceBytes = 262_144;

/** The records' data end to end, piece by piece: a whole buffer need not lie in memory twice. */
function* pieces(records: readonly BufferedRecord[]): Iterable<Uint8Array> {
  let piece: Uint8Array[] = [];
  let size = 0;
  for (const { data } of records) {
    piece.push(data);
    size += data.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(piece);
    piece = [];
    size = 0;
  }
  yield Buffer.concat(piece);
}

const messages: Readonly<Record<string, string>> = {
  AccessDenied:
    "Access was denied. Ensure that the trust policy for the provided IAM role allows Amazon Data Firehose to assume the role, and the access policy allows access to the S3 bucket.",
  NoSuchBucket:
    "The specified bucket does not exist. Create the bucket or use a different bucket that does exist.",
};

export function bucketOf({ BucketARN }: Pick<S3DestinationDescription, "BucketARN">): string {
  return BucketARN.slice(BucketARN.lastIndexOf(":") + 1);
}

function nameOf(stream: StreamState, settings: Settings, parcel: Parcel, converted: boolean): string {
  const given = settings.FileExtension ?? "";
  const ending = converted ? ".parquet" : extensions[settings.CompressionFormat];
  return objectName(
    {
      streamName: stream.name,
      version: stream.version,
      prefix: settings.Prefix ?? "",
      errorPrefix: settings.ErrorOutputPrefix,
      zone: settings.CustomTimeZone || "UTC",
      extension: given === "" || parcel.errorType !== undefined ? ending : given,
    },
    { oldest: oldestOf(parcel.records), id: parcel.id, keys: parcel.keys, errorType: parcel.errorType },
  );
}

function oldestOf(records: readonly BufferedRecord[]): number {
  return records.reduce((oldest, { at }) => Math.min(oldest, at), Number.MAX_SAFE_INTEGER);
}
