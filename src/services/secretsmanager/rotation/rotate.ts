// A rotation: the user's function is called four times, each step a stored run
// of its own. What the function does with the secret it does by the public API.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Secret, type SecretState } from "../secrets/secret.ts";
import { saveSecret } from "../secrets/store.ts";
import { pending } from "../secrets/versions.ts";

const lambda = modelOf<Lambda>("lambda");

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

interface RotationRun {
  readonly name: string;
  readonly arn: string;
  readonly token: string;
  readonly step: (typeof steps)[number];
  /** The configuration is tried, and its version taken away again. */
  readonly trial?: true;
  readonly failures: number;
}

const mostFailures = 5;

export const rotate = defineJob<RotationRun>({ name: "secretsmanager.rotate", run: { waits: run } });

async function run(run: RotationRun, ctx: Waiting): Promise<void> {
  const secret = await ctx.atomically((tx) => tx.get(Secret, run.name));
  if (!isRotating(secret, run)) return;
  const succeeded = await callFunction(secret, run, ctx);
  await ctx.atomically(async (tx) => {
    const { arn } = run;
    const now = await tx.get(Secret, run.name);
    if (!isRotating(now, run)) return;
    if (!succeeded) {
      const failures = run.failures + 1;
      // After the last, the next scheduled time tries again.
      if (failures < mostFailures) {
        tx.enqueue(rotate, { ...run, failures }, { id: arn, at: tx.now + 1000 * 2 ** run.failures });
      } else if (run.trial === true) await saveSecret(tx, now, withoutTrial(now, run.token));
      return;
    }
    const next = run.trial === true ? undefined : steps[steps.indexOf(run.step) + 1];
    if (next !== undefined) tx.enqueue(rotate, { ...run, step: next, failures: 0 }, { id: arn });
    else if (run.trial === true) await saveSecret(tx, now, withoutTrial(now, run.token));
    else await saveSecret(tx, now, { ...now, rotation: { ...now.rotation!, lastAt: tx.now } });
  });
}

function isRotating(secret: SecretState | undefined, { arn, token }: RotationRun): secret is SecretState {
  return (
    secret?.arn === arn &&
    secret.deletionAt === undefined &&
    secret.rotation?.enabled === true &&
    secret.versions.some(({ id }) => id === token)
  );
}

function withoutTrial(secret: SecretState, token: string): SecretState {
  const versions = secret.versions.filter(
    ({ id, stages }) => id !== token || stages.some((stage) => stage !== pending),
  );
  return { ...secret, versions };
}

async function callFunction(secret: SecretState, run: RotationRun, ctx: Waiting): Promise<boolean> {
  const { lambdaArn } = secret.rotation!;
  const [, , , region = "", account = ""] = lambdaArn.split(":");
  const caller = servicePrincipal("secretsmanager.amazonaws.com", secret.account, secret.arn);
  const Payload = { Step: run.step, SecretId: secret.arn, ClientRequestToken: run.token };
  try {
    const { FunctionError } = await ctx
      .as(caller)
      .at({ region, account })
      .call(lambda, "Invoke", {
        FunctionName: lambdaArn,
        InvocationType: "RequestResponse",
        Payload: Buffer.from(JSON.stringify(Payload)),
      });
    return FunctionError === undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return false;
  }
}
