// Connections: how to authorize at an HTTP endpoint. What is secret of them lies
// in Secrets Manager; the record holds what answers may show.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ConnectionAuthorizationType,
  ConnectionAuthResponseParameters,
  ConnectionState as State,
} from "../../../model/generated/events.d.ts";
import { notFound } from "../model.ts";

export interface ConnectionRecordState {
  readonly name: string;
  readonly arn: string;
  /** Undefined once it is deauthorized, and for the moment until it is there. */
  readonly secretArn?: string | undefined;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly type: ConnectionAuthorizationType;
  /** Without what is secret. */
  readonly parameters?: ConnectionAuthResponseParameters | undefined;
  readonly state: State;
  readonly stateReason?: string | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly authorizedAt?: number | undefined;
}

export const Connection = defineResource<ConnectionRecordState>()({
  service: "events",
  type: "connection",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
});

/** An access token, until it expires. */
export interface Token {
  readonly name: string;
  readonly value: string;
  readonly expiresAt: number;
}

export const TokenRecord = defineResource<Token>()({
  service: "events",
  type: "connection-token",
  key: ({ name }) => [name],
});

export async function openConnection(tx: Transaction, name: string): Promise<ConnectionRecordState> {
  const connection = await tx.get(Connection, name);
  if (connection === undefined) throw notFound(`Connection '${name}' does not exist.`);
  return connection;
}

/** The name in `arn:aws:events:us-east-1:123456789012:connection/<name>/<id>`. */
export const connectionName = (arn: string): string => arn.split("/")[1] ?? arn;
