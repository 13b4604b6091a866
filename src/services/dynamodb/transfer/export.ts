// An export as it is stored and shown, and where its files go in the bucket.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html

import type { Principal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type {
  ExportDescription,
  ExportTableToPointInTimeInput,
  ExportViewType,
} from "../../../model/generated/dynamodb.d.ts";

export interface DataFile {
  readonly key: string;
  readonly etag: string;
  /** Base64. */
  readonly md5: string;
  readonly items: number;
}

/** What changed after `from`, up to `to`: epoch milliseconds. */
export interface Increment {
  readonly from: number;
  readonly to: number;
  readonly view: ExportViewType;
}

export interface ExportState {
  readonly tableName: string;
  readonly id: string;
  readonly arn: string;
  readonly tableArn: string;
  readonly tableId: string;
  readonly storageId: string;
  readonly historyId: string;
  readonly input: ExportTableToPointInTimeInput;
  /** Whose permissions count at the bucket. */
  readonly principal: Principal;
  /** Epoch milliseconds: the state that is exported. */
  readonly at: number;
  readonly increment?: Increment | undefined;
  readonly status: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
  readonly files: readonly DataFile[];
  readonly items: number;
  readonly bytes: number;
  /** The last item written, in base64. */
  readonly after?: string | undefined;
}

export const Export = defineResource<ExportState>()({
  service: "dynamodb",
  type: "export",
  key: (state) => [state.tableName, state.id],
  arn: (state) => state.arn,
  named: (input) => (typeof input.ExportArn === "string" ? input.ExportArn : undefined),
  indexes: {
    token: (state) => (state.input.ClientToken === undefined ? undefined : [state.input.ClientToken]),
  },
});

const arnPattern =
  /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/([a-zA-Z0-9_.-]+)\/export\/([a-zA-Z0-9-]+)$/;

export function exportKeyInArn(arn: string): readonly [table: string, id: string] | undefined {
  const parts = arnPattern.exec(arn);
  return parts === null ? undefined : [parts[1]!, parts[2]!];
}

export function manifestFolder({ id, input }: ExportState): string {
  return `${rootFolder(input.S3Prefix)}${id}/`;
}

/** An incremental export's data lie beside those of other ones. */
export function dataFolder(state: ExportState): string {
  return state.increment === undefined
    ? `${manifestFolder(state)}data/`
    : `${rootFolder(state.input.S3Prefix)}data/`;
}

function rootFolder(prefix: string | undefined): string {
  if (prefix === undefined || prefix === "") return "AWSDynamoDB/";
  return `${prefix.replace(/\/$/, "")}/AWSDynamoDB/`;
}

export function describeExport(state: ExportState): ExportDescription {
  const { input, increment, failure } = state;
  return {
    ExportArn: state.arn,
    ExportStatus: state.status,
    StartTime: state.startedAt,
    ...(state.endedAt === undefined ? undefined : { EndTime: state.endedAt }),
    ...(state.status === "COMPLETED"
      ? {
          ExportManifest: `${manifestFolder(state)}manifest-summary.json`,
          BilledSizeBytes: state.bytes,
          ItemCount: state.items,
        }
      : undefined),
    TableArn: state.tableArn,
    TableId: state.tableId,
    ...(increment === undefined
      ? { ExportTime: state.at }
      : {
          IncrementalExportSpecification: {
            ExportFromTime: increment.from,
            ExportToTime: increment.to,
            ExportViewType: increment.view,
          },
        }),
    ClientToken: input.ClientToken,
    S3Bucket: input.S3Bucket,
    ...(input.S3BucketOwner === undefined ? undefined : { S3BucketOwner: input.S3BucketOwner }),
    ...(input.S3Prefix === undefined ? undefined : { S3Prefix: input.S3Prefix }),
    S3SseAlgorithm: input.S3SseAlgorithm ?? "AES256",
    ...(input.S3SseKmsKeyId === undefined ? undefined : { S3SseKmsKeyId: input.S3SseKmsKeyId }),
    ...(failure === undefined ? undefined : { FailureCode: failure.code, FailureMessage: failure.message }),
    ExportFormat: "DYNAMODB_JSON",
    ExportType: increment === undefined ? "FULL_EXPORT" : "INCREMENTAL_EXPORT",
  };
}
