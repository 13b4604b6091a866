// Connections: create, describe, list, update, deauthorize, delete. Answers show
// everything but what is secret.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  Connection as Shown,
  UpdateConnectionAuthRequestParameters,
} from "../../../model/generated/events.d.ts";
import { authorizeConnection } from "../http/authorization.ts";
import { Connection, type ConnectionRecordState, openConnection, TokenRecord } from "../http/connection.ts";
import { type ConnectionSecret, changeSecret, createSecret, dropSecret, readSecret } from "../http/secret.ts";
import { putConnection, tellConnection } from "../http/state-event.ts";
import { alreadyExists, type Input, invalid, nextToken, type Output, present } from "../model.ts";

export async function createConnection(
  input: Input<"CreateConnection">,
  ctx: Waiting,
): Promise<Output<"CreateConnection">> {
  const { Name: name, AuthorizationType: type, AuthParameters: given } = input;
  refuseConnectivity(input, given);
  await ctx.atomically((tx) => refuseTaken(tx, name));
  const secret = withParameters({}, type, given);
  const about = { name, type, description: input.Description, kmsKeyIdentifier: input.KmsKeyIdentifier };
  const secretArn = await createSecret(about, secret, ctx);
  return ctx.atomically(async (tx) => {
    await refuseTaken(tx, name);
    const connection: ConnectionRecordState = {
      ...about,
      arn: `arn:aws:events:${tx.region}:${tx.account}:connection/${name}/${tx.ids.uuid()}`,
      secretArn,
      parameters: shownParameters(secret),
      createdAt: tx.now,
      modifiedAt: tx.now,
      ...begun(tx, type),
    };
    tellConnection(tx, connection, "Creation Started");
    await store(tx, connection, undefined);
    return {
      ConnectionArn: connection.arn,
      ConnectionState: connection.state,
      CreationTime: connection.createdAt,
      LastModifiedTime: connection.modifiedAt,
    };
  });
}

async function refuseTaken(tx: Transaction, name: string): Promise<void> {
  if ((await tx.get(Connection, name)) !== undefined)
    throw alreadyExists(`Connection ${name} already exists.`);
}

export async function updateConnection(
  input: Input<"UpdateConnection">,
  ctx: Waiting,
): Promise<Output<"UpdateConnection">> {
  refuseConnectivity(input, input.AuthParameters);
  const known = await ctx.atomically((tx) => openConnection(tx, input.Name));
  const type = input.AuthorizationType ?? known.type;
  const before = await readSecret(known, ctx);
  const secret = withParameters(before ?? {}, type, input.AuthParameters ?? {});
  const about = {
    type,
    description: input.Description ?? known.description,
    kmsKeyIdentifier: input.KmsKeyIdentifier ?? known.kmsKeyIdentifier,
  };
  // A key of another name wants a secret of its own.
  const kept = before !== undefined && about.kmsKeyIdentifier === known.kmsKeyIdentifier;
  const secretArn = kept ? known.secretArn! : await createSecret({ name: known.name, ...about }, secret, ctx);
  if (kept) await changeSecret(secretArn, secret, ctx);
  return ctx.atomically(async (tx) => {
    const connection = await openConnection(tx, input.Name);
    if (connection.secretArn !== secretArn) dropSecret(tx, connection);
    const changed: ConnectionRecordState = {
      ...connection,
      ...about,
      secretArn,
      parameters: shownParameters(secret),
      modifiedAt: tx.now,
      ...begun(tx, type),
    };
    tellConnection(tx, changed, "Update Started");
    await store(tx, changed, connection);
    return summary(changed);
  });
}

/** Private connectivity needs VPC Lattice. */
function refuseConnectivity(
  input: { readonly InvocationConnectivityParameters?: unknown },
  given: UpdateConnectionAuthRequestParameters | undefined,
): void {
  if (input.InvocationConnectivityParameters !== undefined) {
    throw notImplemented("events", "the parameter InvocationConnectivityParameters");
  }
  if (
    given !== undefined &&
    "ConnectivityParameters" in given &&
    given.ConnectivityParameters !== undefined
  ) {
    throw notImplemented("events", "the parameter ConnectivityParameters");
  }
}

function begun(tx: Transaction, type: ConnectionRecordState["type"]) {
  if (type === "OAUTH_CLIENT_CREDENTIALS") return { state: "AUTHORIZING" as const, stateReason: undefined };
  return { state: "AUTHORIZED" as const, stateReason: undefined, authorizedAt: tx.now };
}

async function store(
  tx: Transaction,
  connection: ConnectionRecordState,
  before: ConnectionRecordState | undefined,
): Promise<void> {
  await putConnection(tx, connection, before);
  tx.delete(TokenRecord, connection.name);
  if (connection.state === "AUTHORIZING") {
    tx.enqueue(authorizeConnection, { connection: connection.name }, { id: connection.name });
  }
}

/** What is given replaces what was known; other kinds of authorization are forgotten. */
function withParameters(
  known: ConnectionSecret,
  type: ConnectionRecordState["type"],
  given: UpdateConnectionAuthRequestParameters,
): ConnectionSecret {
  const { ApiKeyAuthParameters: key, BasicAuthParameters: basic, OAuthParameters: oauth } = given;
  const invocation = given.InvocationHttpParameters ?? known.invocation;
  if (type === "API_KEY") {
    const apiKey = {
      name: key?.ApiKeyName ?? known.apiKey?.name,
      value: key?.ApiKeyValue ?? known.apiKey?.value,
    };
    return { invocation, apiKey: whole(apiKey, "ApiKeyAuthParameters") };
  }
  if (type === "BASIC") {
    const both = {
      username: basic?.Username ?? known.basic?.username,
      password: basic?.Password ?? known.basic?.password,
    };
    return { invocation, basic: whole(both, "BasicAuthParameters") };
  }
  const { parameters, ...needed } = {
    clientId: oauth?.ClientParameters?.ClientID ?? known.oauth?.clientId,
    clientSecret: oauth?.ClientParameters?.ClientSecret ?? known.oauth?.clientSecret,
    endpoint: oauth?.AuthorizationEndpoint ?? known.oauth?.endpoint,
    method: oauth?.HttpMethod ?? known.oauth?.method,
    parameters: oauth?.OAuthHttpParameters ?? known.oauth?.parameters,
  };
  return { invocation, oauth: { ...whole(needed, "OAuthParameters"), parameters } };
}

type Whole<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

function whole<T extends object>(parts: T, member: string): Whole<T> {
  if (Object.values(parts).some((each) => each === undefined)) {
    throw invalid(`Parameter(s) AuthParameters.${member} must be specified.`);
  }
  return parts as Whole<T>;
}

export async function describeConnection(
  { Name }: Input<"DescribeConnection">,
  tx: Transaction,
): Promise<Output<"DescribeConnection">> {
  const connection = await openConnection(tx, Name);
  return present({
    ...described(connection),
    Description: connection.description,
    SecretArn: connection.secretArn,
    KmsKeyIdentifier: connection.kmsKeyIdentifier,
    AuthParameters: connection.parameters,
  });
}

function shownParameters({
  apiKey,
  basic,
  oauth,
  invocation,
}: ConnectionSecret): ConnectionAuthResponseParameters {
  return present({
    ApiKeyAuthParameters: apiKey && { ApiKeyName: apiKey.name },
    BasicAuthParameters: basic && { Username: basic.username },
    OAuthParameters:
      oauth &&
      present({
        ClientParameters: { ClientID: oauth.clientId },
        AuthorizationEndpoint: oauth.endpoint,
        HttpMethod: oauth.method,
        OAuthHttpParameters: withoutSecrets(oauth.parameters),
      }),
    InvocationHttpParameters: withoutSecrets(invocation),
  });
}

function withoutSecrets(
  parameters: ConnectionHttpParameters | undefined,
): ConnectionHttpParameters | undefined {
  const clean = (list: ConnectionHttpParameters["HeaderParameters"]) =>
    list?.map(({ Key, Value, IsValueSecret = false }) => ({
      Key,
      ...(IsValueSecret ? {} : { Value }),
      IsValueSecret,
    }));
  return (
    parameters &&
    present({
      HeaderParameters: clean(parameters.HeaderParameters),
      QueryStringParameters: clean(parameters.QueryStringParameters),
      BodyParameters: clean(parameters.BodyParameters),
    })
  );
}

export async function listConnections(
  input: Input<"ListConnections">,
  tx: Transaction,
): Promise<Output<"ListConnections">> {
  const page = await tx.list(Connection, {
    startsWith: input.NamePrefix,
    cursor: input.NextToken,
    limit: input.Limit ?? 100,
  });
  const fitting = page.values.filter(
    ({ state }) => input.ConnectionState === undefined || state === input.ConnectionState,
  );
  return { Connections: fitting.map(described), ...nextToken(page) };
}

function described(connection: ConnectionRecordState): Shown {
  return present({
    ...summary(connection),
    Name: connection.name,
    StateReason: connection.stateReason,
    AuthorizationType: connection.type,
  });
}

function summary(connection: ConnectionRecordState) {
  return present({
    ConnectionArn: connection.arn,
    ConnectionState: connection.state,
    CreationTime: connection.createdAt,
    LastModifiedTime: connection.modifiedAt,
    LastAuthorizedTime: connection.authorizedAt,
  });
}

/** Forgets the secrets; an update authorizes again. */
export async function deauthorizeConnection(
  { Name }: Input<"DeauthorizeConnection">,
  tx: Transaction,
): Promise<Output<"DeauthorizeConnection">> {
  const connection = await openConnection(tx, Name);
  const changed = {
    ...connection,
    secretArn: undefined,
    parameters: undefined,
    state: "DEAUTHORIZED" as const,
    modifiedAt: tx.now,
  };
  tellConnection(tx, changed, "Deauthorization Started");
  await putConnection(tx, changed, connection);
  dropSecret(tx, connection);
  tx.delete(TokenRecord, Name);
  return summary(changed);
}

export async function deleteConnection(
  { Name }: Input<"DeleteConnection">,
  tx: Transaction,
): Promise<Output<"DeleteConnection">> {
  const connection = await openConnection(tx, Name);
  tellConnection(tx, connection, "Deletion Started");
  tx.delete(Connection, Name);
  dropSecret(tx, connection);
  tx.delete(TokenRecord, Name);
  return summary({ ...connection, state: "DELETING" });
}
