// Amazon States Language as types: what a definition looks like once it is
// parsed and found valid. Fields of both query languages stand side by side,
// since a single state may choose its own.

import type { Json } from "./data/scope.ts";

export type QueryLanguageName = "JSONPath" | "JSONata";

/** A number, or where it comes from: a reference path's text or a JSONata expression. */
export type NumberOrExpression = number | string;

export interface StateMachineDefinition extends StatesBlock {
  readonly Comment?: string;
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: QueryLanguageName;
}

/** States among which transitions lead: the machine itself, a branch, an item processor. */
export interface StatesBlock {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: { readonly [name: string]: StateDefinition };
}

export type StateDefinition =
  | PassDefinition
  | TaskDefinition
  | ChoiceDefinition
  | WaitDefinition
  | SucceedDefinition
  | FailDefinition
  | ParallelDefinition
  | MapDefinition;

export interface CommonFields {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguageName;
  /** JSONPath only. Null stands for an empty object. */
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  /** JSONata only. */
  readonly Output?: Json;
}

export interface TransitionFields {
  readonly Next?: string;
  readonly End?: boolean;
  readonly Assign?: Json;
}

/** What shapes a result. JSONPath only. */
export interface ResultFields {
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
}

export interface ErrorFields {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
  readonly Comment?: string;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: Json;
  readonly Comment?: string;
}

export interface PassDefinition extends CommonFields, TransitionFields, ResultFields {
  readonly Type: "Pass";
  readonly Result?: Json;
}

export interface TaskDefinition extends CommonFields, TransitionFields, ResultFields, ErrorFields {
  readonly Type: "Task";
  readonly Resource: string;
  /** JSONata only. */
  readonly Arguments?: Json;
  readonly TimeoutSeconds?: NumberOrExpression;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: NumberOrExpression;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: Json;
}

export interface ChoiceDefinition extends CommonFields {
  readonly Type: "Choice";
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
  /** Applied where no rule matched. */
  readonly Assign?: Json;
}

/** The comparison itself (JSONPath) or `Condition` (JSONata) is read by the query language. */
export interface ChoiceRule {
  readonly Next: string;
  readonly Assign?: Json;
  readonly Output?: Json;
  readonly Comment?: string;
  readonly [field: string]: Json | undefined;
}

export interface WaitDefinition extends CommonFields, TransitionFields {
  readonly Type: "Wait";
  readonly Seconds?: NumberOrExpression;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedDefinition extends CommonFields {
  readonly Type: "Succeed";
}

export interface FailDefinition {
  readonly Type: "Fail";
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguageName;
  readonly Error?: string;
  /** A reference path or an intrinsic function. JSONPath only. */
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelDefinition extends CommonFields, TransitionFields, ResultFields, ErrorFields {
  readonly Type: "Parallel";
  readonly Branches: readonly StatesBlock[];
  readonly Arguments?: Json;
}

export interface MapDefinition extends CommonFields, TransitionFields, ResultFields, ErrorFields {
  readonly Type: "Map";
  readonly ItemProcessor?: ItemProcessor;
  /** The older name of `ItemProcessor`, always inline. */
  readonly Iterator?: StatesBlock;
  /** JSONPath only. */
  readonly ItemsPath?: string;
  /** JSONata only: an array, an object, or an expression for one. */
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: NumberOrExpression;
  readonly MaxConcurrencyPath?: string;
  /** The rest is for distributed maps. */
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly Label?: string;
  readonly ToleratedFailureCount?: NumberOrExpression;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: NumberOrExpression;
  readonly ToleratedFailurePercentagePath?: string;
}

export interface ItemProcessor extends StatesBlock {
  readonly ProcessorConfig?: {
    readonly Mode?: "INLINE" | "DISTRIBUTED";
    readonly ExecutionType?: "STANDARD" | "EXPRESS";
  };
}

export interface ItemReader {
  readonly Resource: string;
  readonly ReaderConfig?: {
    readonly InputType?: "CSV" | "JSON" | "JSONL" | "MANIFEST" | "PARQUET";
    readonly CSVHeaderLocation?: "FIRST_ROW" | "GIVEN";
    readonly CSVHeaders?: readonly string[];
    readonly CSVDelimiter?: "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB";
    readonly MaxItems?: NumberOrExpression;
    readonly MaxItemsPath?: string;
    readonly ItemsPointer?: string;
    readonly ManifestType?: "ATHENA_DATA" | "S3_INVENTORY";
    readonly Transformation?: "NONE" | "LOAD_AND_FLATTEN";
  };
  readonly Parameters?: Json;
  readonly Arguments?: Json;
}

export interface ItemBatcher {
  readonly MaxItemsPerBatch?: NumberOrExpression;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: NumberOrExpression;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly WriterConfig?: {
    readonly Transformation?: "NONE" | "COMPACT" | "FLATTEN";
    readonly OutputType?: "JSON" | "JSONL";
  };
}
