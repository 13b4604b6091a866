// Connections: how to authorize at an HTTP endpoint. What is secret of them lies
// in a record of its own, which no answer shows.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ConnectionAuthorizationType,
  ConnectionHttpParameters,
  ConnectionOAuthHttpMethod,
  ConnectionState as State,
} from "../../../model/generated/events.d.ts";
import { notFound } from "../model.ts";

export interface ConnectionRecordState {
  readonly name: string;
  readonly arn: string;
  readonly secretArn: string;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly type: ConnectionAuthorizationType;
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

export interface ConnectionSecret {
  readonly name: string;
  readonly apiKey?: { readonly name: string; readonly value: string } | undefined;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  readonly oauth?: OAuth | undefined;
  readonly invocation?: ConnectionHttpParameters | undefined;
}

export interface OAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly endpoint: string;
  readonly method: ConnectionOAuthHttpMethod;
  readonly parameters?: ConnectionHttpParameters | undefined;
}

export const ConnectionSecretRecord = defineResource<ConnectionSecret>()({
  service: "events",
  type: "connection-secret",
  key: ({ name }) => [name],
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
