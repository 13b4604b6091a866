// Custom resources: somebody's function, or whoever listens to a topic, does the
// work and answers to an address. Each request is asked once; the answer is a
// stored signal, so waiting for it survives a crash.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType, type Properties, type ResourceContext } from "../../../core/resource-type.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import type { Sns } from "../../../model/generated/sns.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Failure } from "../engine/reason.ts";
import { AddressRecord, SignalRecord, signalTopic } from "../stacks/signal.ts";
import { signalUrl } from "./wait-condition.ts";

const lambda = modelOf<Lambda>("lambda");
const sns = modelOf<Sns>("sns");

const defaultTimeoutSeconds = 3600;

interface CustomProperties {
  readonly ServiceToken: string;
  readonly ServiceTimeout?: string | number;
  readonly [name: string]: unknown;
}

interface Answer {
  readonly Status?: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Properties;
}

/** Functions are given text only, as CloudFormation gives it to them. */
function asText(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asText(each)]));
}

async function ask(
  kind: "Create" | "Update" | "Delete",
  properties: CustomProperties,
  more: Properties,
  requestId: string,
  at: ResourceContext,
  /** Hears of a failure, and the id that the answer gives all the same. */
  failed: (id: string | undefined) => void = () => undefined,
): Promise<Answer> {
  const { ServiceToken } = properties;
  if (typeof ServiceToken !== "string" || ServiceToken === "")
    throw new Failure("Invalid custom resource: ServiceToken is required");
  const group = requestId.replaceAll("-", "");
  await at.ctx.atomically(async (tx) => tx.put(AddressRecord, { token: group }));
  const message = JSON.stringify({
    RequestType: kind,
    ServiceToken,
    ResponseURL: signalUrl(at.ctx.endpoint, at.account, at.region, group),
    StackId: at.stack?.id,
    RequestId: requestId,
    LogicalResourceId: at.logicalId,
    ResourceType: at.type,
    ResourceProperties: asText(properties),
    ...more,
  });
  if (ServiceToken.split(":")[2] === "sns") {
    await at.call(sns, "Publish", {
      TopicArn: ServiceToken,
      Message: message,
      Subject: "AWS CloudFormation custom resource request",
    });
  } else {
    await at.call(lambda, "Invoke", {
      FunctionName: ServiceToken,
      InvocationType: "Event",
      Payload: Buffer.from(message),
    });
  }
  const seconds = Number(properties.ServiceTimeout ?? defaultTimeoutSeconds);
  const answer = await at.ctx.waitFor<Answer>(signalTopic(group), at.ctx.now() + seconds * 1000, async () => {
    const [signal] = await at.ctx.atomically((tx) => tx.all(SignalRecord, [group]));
    return signal === undefined ? { retryAt: undefined } : { done: signal.data as Answer };
  });
  await at.ctx.atomically(async (tx) => {
    tx.delete(AddressRecord, group);
    for (const each of await tx.all(SignalRecord, [group])) tx.delete(SignalRecord, group, each.uniqueId);
  });
  if (answer === undefined) {
    if (!at.ctx.signal.aborted) failed(undefined);
    throw new Failure(
      `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function so that CloudFormation can attach the updated version.`,
    );
  }
  if (answer.Status !== "SUCCESS") {
    failed(answer.PhysicalResourceId);
    throw new Failure(
      `Received response status [FAILED] from custom resource. Message returned: ${answer.Reason ?? ""} (RequestId: ${requestId})`,
    );
  }
  return answer;
}

/** The same for each attempt of one creation. */
function creationId({ token }: ResourceContext): string {
  return `${token.slice(0, 8)}-${token.slice(8, 12)}-${token.slice(12, 16)}-${token.slice(16, 20)}-${token.slice(20)}`;
}

export const customResourceType = defineResourceType<CustomProperties>({
  type: "AWS::CloudFormation::CustomResource",
  open: true,
  create: async (properties, at) => {
    // Who fails to create is asked to delete, by a made-up id where the answer had none.
    const failed = (id: string | undefined): void => at.made(id || physicalName(at, 255, false));
    const answer = await ask("Create", properties, {}, creationId(at), at, failed);
    const id = answer.PhysicalResourceId;
    if (id === undefined || id === "") {
      failed(undefined);
      throw new Failure("Invalid PhysicalResourceId");
    }
    return { id, attributes: answer.Data ?? {} };
  },
  update: async (id, after, before, at) => {
    if (after.ServiceToken !== before.ServiceToken)
      throw new Failure("Modifying service token is not allowed.");
    const more = { PhysicalResourceId: id, OldResourceProperties: asText(before) };
    const answer = await ask("Update", after, more, at.ctx.ids.uuid(), at);
    return { id: answer.PhysicalResourceId ?? id, attributes: answer.Data ?? {} };
  },
  delete: async (id, properties, at) => {
    await ask("Delete", properties, { PhysicalResourceId: id }, at.ctx.ids.uuid(), at);
  },
});
