// A table as it is stored: its definition and settings. Items and index
// entries live beside it, under the table's `storageId`.

import { defineResource } from "../../../core/resource.ts";
import type {
  ApproximateCreationDateTimePrecision,
  ContributorInsightsMode,
  DestinationStatus,
  StreamViewType,
  TableClass,
} from "../../../model/generated/dynamodb.d.ts";
import { nameInArn } from "./name.ts";

export type KeyType = "S" | "N" | "B";

export interface Throughput {
  readonly read: number;
  readonly write: number;
  /** Epoch milliseconds. */
  readonly increasedAt?: number;
  readonly decreasedAt?: number;
}

export interface OnDemandLimits {
  readonly read?: number;
  readonly write?: number;
}

/** Names of the key attributes; only global indexes may have several of a kind, or no sort key order to speak of. */
export interface KeySchema {
  readonly partition: readonly string[];
  readonly sort: readonly string[];
}

export interface Projected {
  readonly type: "ALL" | "KEYS_ONLY" | "INCLUDE";
  readonly attributes: readonly string[];
}

export interface IndexState {
  readonly name: string;
  /** Tells its entries from those of a former index of the same name. */
  readonly id: string;
  readonly global: boolean;
  readonly key: KeySchema;
  readonly projection: Projected;
  /** CREATING until all items of before have been entered. */
  readonly status: "CREATING" | "ACTIVE";
  readonly throughput?: Throughput | undefined;
  readonly onDemand?: OnDemandLimits | undefined;
  readonly warm?: WarmThroughputState | undefined;
}

export interface TimeToLiveState {
  readonly attribute: string;
  /** Tells its entries from those of a former setting. */
  readonly id: string;
  readonly status: "ENABLING" | "ENABLED";
}

/** The last stream of the table; a table never has two at once. */
export interface StreamState {
  readonly label: string;
  readonly arn: string;
  readonly viewType: StreamViewType;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly enabled: boolean;
}

export interface HistoryState {
  /** Tells its entries from those of a history kept before. */
  readonly id: string;
  /** Set while point-in-time recovery is enabled. */
  readonly recovery?: { readonly since: number; readonly days: number } | undefined;
  /** Backups, exports and restorations under way that need it. */
  readonly holders: readonly string[];
}

/** Another member of the table's global table. */
export interface ReplicaState {
  readonly region: string;
  readonly kmsKey?: string | undefined;
  readonly readCapacity?: number | undefined;
  readonly tableClass?: TableClass | undefined;
  readonly indexReadCapacity?: Readonly<Record<string, number>> | undefined;
}

export interface PolicyState {
  /** As it was given. */
  readonly document: string;
  readonly revision: string;
}

/** A Kinesis stream that changes go to. */
export interface DestinationState {
  readonly id: string;
  readonly streamArn: string;
  readonly status: DestinationStatus;
  readonly description?: string | undefined;
  readonly precision?: ApproximateCreationDateTimePrecision | undefined;
}

/** Contributor insights of the table, or of one of its global indexes. */
export interface InsightsState {
  readonly index?: string | undefined;
  readonly enabled: boolean;
  readonly mode: ContributorInsightsMode;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** What a table or an index can serve at once, by its owner's wish. */
export interface WarmThroughputState {
  readonly read: number;
  readonly write: number;
}

/** Where a restored table came from. */
export interface Restoration {
  readonly backupArn?: string | undefined;
  readonly tableArn: string;
  /** Epoch milliseconds: the state that was restored. */
  readonly at: number;
  readonly inProgress: boolean;
}

export interface TableState {
  readonly name: string;
  /** The public `TableId`, a UUID. */
  readonly id: string;
  /** What items are stored under; short, since every key carries it. */
  readonly storageId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly attributes: Readonly<Record<string, KeyType>>;
  readonly key: KeySchema;
  readonly indexes: readonly IndexState[];
  readonly billing: "PROVISIONED" | "PAY_PER_REQUEST";
  /** When PAY_PER_REQUEST was last set. */
  readonly onDemandSince?: number | undefined;
  readonly throughput: Throughput;
  readonly onDemand?: OnDemandLimits | undefined;
  readonly tableClass?: TableClass | undefined;
  readonly tableClassChangedAt?: number | undefined;
  /** The key's ARN, where the table asks for encryption under KMS. */
  readonly kmsKey?: string | undefined;
  readonly deletionProtected: boolean;
  readonly timeToLive?: TimeToLiveState | undefined;
  readonly stream?: StreamState | undefined;
  readonly history?: HistoryState | undefined;
  /** Being filled with what it was made of; until then its items cannot be reached. */
  readonly creating?: boolean | undefined;
  readonly restoration?: Restoration | undefined;
  /** Those in the other regions. */
  readonly replicas?: readonly ReplicaState[] | undefined;
  /** `2017.11.29` for a table that was joined by CreateGlobalTable. */
  readonly globalTableVersion?: "2017.11.29" | "2019.11.21" | undefined;
  readonly warm?: WarmThroughputState | undefined;
  /** The present one last. */
  readonly destinations?: readonly DestinationState[] | undefined;
  readonly policy?: PolicyState | undefined;
  readonly insights?: readonly InsightsState[] | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const Table = defineResource<TableState>()({
  service: "dynamodb",
  type: "table",
  cached: true,
  key: (table) => [table.name],
  arn: (table, at) => `arn:aws:dynamodb:${at.region}:${at.account}:table/${table.name}`,
  tags: (table) => table.tags,
  named: (input, at) => {
    const name = input.TableName ?? input.ResourceArn;
    if (typeof name !== "string") return undefined;
    const index = typeof input.IndexName === "string" ? `/index/${input.IndexName}` : "";
    return `arn:aws:dynamodb:${at.region}:${at.account}:table/${nameInArn(name) ?? name}${index}`;
  },
});
