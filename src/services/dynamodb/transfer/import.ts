// An import as it is stored and shown: a new table made of files in a bucket.

import type { Principal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type {
  ImportStatus,
  ImportSummary,
  ImportTableDescription,
  ImportTableInput,
} from "../../../model/generated/dynamodb.d.ts";

export interface ImportState {
  readonly id: string;
  readonly arn: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly tableId: string;
  readonly storageId: string;
  readonly input: ImportTableInput;
  /** Whose permissions count at the bucket. */
  readonly principal: Principal;
  readonly status: ImportStatus;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
  /** The last object that was read whole, and how many records of the next one were taken. */
  readonly lastKey?: string | undefined;
  readonly records: number;
  readonly bytes: number;
  readonly processed: number;
  readonly imported: number;
  readonly errors: number;
}

export const Import = defineResource<ImportState>()({
  service: "dynamodb",
  type: "import",
  key: (state) => [state.id],
  arn: (state) => state.arn,
  named: (input) => (typeof input.ImportArn === "string" ? input.ImportArn : undefined),
  indexes: {
    token: (state) => (state.input.ClientToken === undefined ? undefined : [state.input.ClientToken]),
  },
});

const arnPattern =
  /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[a-zA-Z0-9_.-]+\/import\/([a-zA-Z0-9-]+)$/;

export function importIdInArn(arn: string): string | undefined {
  return arnPattern.exec(arn)?.[1];
}

export function describeImport(state: ImportState): ImportTableDescription {
  const { input, failure } = state;
  return {
    ImportArn: state.arn,
    ImportStatus: state.status,
    TableArn: state.tableArn,
    TableId: state.tableId,
    ClientToken: input.ClientToken,
    S3BucketSource: input.S3BucketSource,
    ErrorCount: state.errors,
    InputFormat: input.InputFormat,
    ...(input.InputFormatOptions === undefined
      ? undefined
      : { InputFormatOptions: input.InputFormatOptions }),
    InputCompressionType: input.InputCompressionType ?? "NONE",
    TableCreationParameters: input.TableCreationParameters,
    StartTime: state.startedAt,
    ...(state.endedAt === undefined ? undefined : { EndTime: state.endedAt }),
    ProcessedSizeBytes: state.bytes,
    ProcessedItemCount: state.processed,
    ImportedItemCount: state.imported,
    ...(failure === undefined ? undefined : { FailureCode: failure.code, FailureMessage: failure.message }),
  };
}

export function importSummary(state: ImportState): ImportSummary {
  return {
    ImportArn: state.arn,
    ImportStatus: state.status,
    TableArn: state.tableArn,
    S3BucketSource: state.input.S3BucketSource,
    InputFormat: state.input.InputFormat,
    StartTime: state.startedAt,
    ...(state.endedAt === undefined ? undefined : { EndTime: state.endedAt }),
  };
}
