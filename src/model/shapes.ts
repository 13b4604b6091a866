// The loaded form of an API model: what codecs, validation and dispatch read.
// It mirrors Smithy/botocore terms, so that a reader who knows either is at home.

/** Where an HTTP binding puts a member; absent means the body. */
export type Location = "header" | "headers" | "uri" | "querystring" | "statusCode";

/** How a timestamp is written on the wire. In memory it is always epoch milliseconds. */
export type TimestampFormat = "iso8601" | "unixTimestamp" | "rfc822";

export interface Member {
  readonly name: string;
  /** Resolved at first use; models are cyclic and large. */
  readonly shape: Shape;
  readonly required: boolean;
  readonly location?: Location;
  /** The name in the body, header, query string or path label; defaults to `name`. */
  readonly wireName: string;
  /** The name on the ec2 protocol's requests, and flattened query lists of SQS. */
  readonly queryName?: string;
  readonly xmlAttribute?: boolean;
  readonly flattened?: boolean;
  readonly xmlNamespace?: XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly idempotencyToken?: boolean;
  readonly hostLabel?: boolean;
  /** The member travels as base64 JSON in its header (API Gateway, Lex). */
  readonly jsonValue?: boolean;
  readonly eventPayload?: boolean;
  readonly eventHeader?: boolean;
  readonly sensitive?: boolean;
}

export interface XmlNamespace {
  readonly uri: string;
  readonly prefix?: string;
}

interface ShapeBase {
  readonly name: string;
  readonly sensitive?: boolean;
}

export interface StructureShape extends ShapeBase {
  readonly kind: "structure";
  readonly members: ReadonlyMap<string, Member>;
  /** Exactly one member is set. */
  readonly union: boolean;
  /** The member that is the whole HTTP body. */
  readonly payload?: string;
  /** The members are events of a stream. */
  readonly eventStream: boolean;
  readonly xmlName?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly xmlOrder?: readonly string[];
  readonly error?: ErrorTraits;
}

export interface ErrorTraits {
  /** The code on the wire, where it differs from the shape's name. */
  readonly code?: string;
  readonly status: number;
  /** `Sender` or `Receiver` on the query protocol. */
  readonly senderFault: boolean;
  /** The code under the query protocol and `x-amzn-query-error` (SQS: `AWS.SimpleQueueService.NonExistentQueue`). */
  readonly queryCode?: string;
}

export interface ListShape extends ShapeBase {
  readonly kind: "list";
  readonly member: Member;
  readonly flattened: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape extends ShapeBase {
  readonly kind: "map";
  readonly key: Member;
  readonly value: Member;
  readonly flattened: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface StringShape extends ShapeBase {
  readonly kind: "string";
  readonly min?: number;
  readonly max?: number;
  /** The model's own pattern text, as it stands in AWS's error message. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly jsonValue?: boolean;
}

export interface NumberShape extends ShapeBase {
  readonly kind: "integer" | "long" | "float" | "double";
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanShape extends ShapeBase {
  readonly kind: "boolean";
}

/** In memory a `Uint8Array`; where `streaming`, a `ByteStream`. */
export interface BlobShape extends ShapeBase {
  readonly kind: "blob";
  readonly streaming: boolean;
  readonly requiresLength?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface TimestampShape extends ShapeBase {
  readonly kind: "timestamp";
  readonly timestampFormat?: TimestampFormat;
}

/** Any JSON value. */
export interface DocumentShape extends ShapeBase {
  readonly kind: "document";
}

export type Shape =
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | NumberShape
  | BooleanShape
  | BlobShape
  | TimestampShape
  | DocumentShape;

export type Protocol = "json" | "rest-json" | "rest-xml" | "query" | "ec2" | "smithy-rpc-v2-cbor";

export interface OperationModel {
  readonly name: string;
  readonly http: {
    readonly method: string;
    /** As modelled, with `{Label}`, `{Label+}` and constant query members. */
    readonly uri: string;
    readonly status: number;
  };
  readonly input?: StructureShape | undefined;
  readonly output?: StructureShape | undefined;
  /** The element that wraps a query protocol result, `SendMessageResult`. */
  readonly resultWrapper?: string;
  readonly errors: readonly StructureShape[];
  readonly authType?: "none" | "v4-unsigned-body";
  readonly hostPrefix?: string;
  readonly httpChecksum?: { readonly algorithmMember?: string; readonly requestRequired: boolean };
  readonly deprecated?: boolean;
}

export interface ServiceModel {
  /** The AWS CLI's name: `sqs`, `elbv2`. */
  readonly name: string;
  /** `SQS`, `Elastic Load Balancing v2`. */
  readonly serviceId: string;
  /** `Amazon Simple Queue Service`. */
  readonly fullName: string;
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly signingName: string;
  readonly targetPrefix?: string;
  readonly jsonVersion: "1.0" | "1.1";
  /** All that the models list; the request decides which one is spoken. */
  readonly protocols: readonly Protocol[];
  readonly xmlNamespace?: string;
  /** One endpoint for all regions (IAM, Route 53). */
  readonly global: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  shape(name: string): Shape;
}

/** What a streaming member holds in memory. A Node `Readable` is one. */
export type ByteStream = AsyncIterable<Uint8Array>;

/**
 * A stream that can also lend its pieces: the memory of one is used again once
 * `take` has settled. Fresh memory for each costs more than all else in reading a large file.
 */
export interface LendingStream extends ByteStream {
  lend(take: (piece: Uint8Array) => Promise<void>): Promise<void>;
}

export function canLend(stream: ByteStream): stream is LendingStream {
  return "lend" in stream;
}

/** What a document holds in memory: any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
