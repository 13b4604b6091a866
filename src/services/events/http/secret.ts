// What is secret of a connection, as a secret of the account in Secrets Manager
// that EventBridge looks after: made, changed, read and deleted with the
// connection. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-secrets.html

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  ConnectionHttpParameters,
  ConnectionOAuthHttpMethod,
} from "../../../model/generated/events.d.ts";
import type { Secretsmanager } from "../../../model/generated/secretsmanager.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Connection, type ConnectionRecordState } from "./connection.ts";

const secretsmanager = modelOf<Secretsmanager>("secretsmanager");

export interface ConnectionSecret {
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

const asEvents = (ctx: Waiting): Waiting => ctx.as(servicePrincipal("events.amazonaws.com", ctx.account));

/** Undefined where there is none, or it was deleted behind EventBridge's back. */
export async function readSecret(
  { secretArn }: ConnectionRecordState,
  ctx: Waiting,
): Promise<ConnectionSecret | undefined> {
  if (secretArn === undefined) return undefined;
  try {
    const { SecretString } = await asEvents(ctx).call(secretsmanager, "GetSecretValue", {
      SecretId: secretArn,
    });
    return JSON.parse(SecretString ?? "{}") as ConnectionSecret;
  } catch (error) {
    if (error instanceof Fault && error.code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** Its ARN. */
export async function createSecret(
  { name, kmsKeyIdentifier }: Pick<ConnectionRecordState, "name" | "kmsKeyIdentifier">,
  secret: ConnectionSecret,
  ctx: Waiting,
): Promise<string> {
  const Name = `events!connection/${name}/${ctx.ids.uuid()}`;
  // First of all, lest a crash leave a secret behind that nobody knows.
  await ctx.atomically(async (tx) => forgetLater(tx, { connection: name, secret: Name }));
  const { ARN = "" } = await asEvents(ctx).call(secretsmanager, "CreateSecret", {
    Name,
    SecretString: JSON.stringify(secret),
    ...(kmsKeyIdentifier === undefined ? {} : { KmsKeyId: kmsKeyIdentifier }),
  });
  return ARN;
}

export async function changeSecret(arn: string, secret: ConnectionSecret, ctx: Waiting): Promise<void> {
  const SecretString = JSON.stringify(secret);
  await asEvents(ctx).call(secretsmanager, "PutSecretValue", { SecretId: arn, SecretString });
}

interface Forgotten {
  readonly connection: string;
  /** Its name, or its ARN. */
  readonly secret: string;
}

const patienceMilliseconds = 60_000;

function forgetLater(tx: Transaction, forgotten: Forgotten): void {
  tx.enqueue(forgetSecret, forgotten, { at: tx.now + patienceMilliseconds });
}

/** For a connection that no longer has it when this transaction ends. */
export function dropSecret(tx: Transaction, { name, secretArn }: ConnectionRecordState): void {
  if (secretArn !== undefined) tx.enqueue(forgetSecret, { connection: name, secret: secretArn });
}

/** Deletes a secret that its connection does not have, or no longer. */
export const forgetSecret = defineJob<Forgotten>({
  name: "events.forgetSecret",
  run: {
    waits: async ({ connection, secret }, ctx) => {
      const arn = (await ctx.atomically((tx) => tx.get(Connection, connection)))?.secretArn;
      if (arn === secret || arn?.includes(`:secret:${secret}-`)) return;
      await asEvents(ctx)
        .call(secretsmanager, "DeleteSecret", { SecretId: secret, ForceDeleteWithoutRecovery: true })
        .catch((error: unknown) => {
          if (!(error instanceof Fault && error.code === "ResourceNotFoundException")) throw error;
        });
    },
  },
});
