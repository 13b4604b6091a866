// A call as CloudTrail records it
// (docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).

import type { CallRecord } from "../../../core/dispatch.ts";
import { Fault } from "../../../core/fault.ts";
import type { Principal } from "../../../core/principal.ts";
import { loadModel } from "../../../model/load.ts";
import type { Shape, StructureShape } from "../../../model/shapes.ts";

const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
const mostBytes = 100_000;

export const isReadOnly = (operation: string): boolean =>
  /^(Get|Describe|List|BatchGet|Head|Search|Lookup|Query|Scan|Select|View|Validate|Test|Check|Estimate|Simulate)/.test(
    operation,
  );

export interface CallDetail {
  /** `s3` of `s3.amazonaws.com`. */
  readonly prefix: string;
  readonly detail: object;
}

export function callDetail({ call, error, output }: CallRecord, eventId: string, now: number): CallDetail {
  const model = loadModel(call.service);
  const operation = model.operations.get(call.operation);
  const readOnly = isReadOnly(call.operation);
  const prefix = model.endpointPrefix;
  const fault = error instanceof Fault ? error : undefined;
  const parameters = shown(operation?.input, call.input);
  const response = readOnly || output === undefined ? null : shown(operation?.output, output);
  const detail = {
    eventVersion: "1.11",
    userIdentity: userIdentity(call.principal),
    eventTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
    eventSource: `${prefix}.amazonaws.com`,
    eventName: call.operation,
    awsRegion: call.region,
    sourceIPAddress: call.sourceIp,
    userAgent: call.userAgent,
    ...(fault === undefined ? {} : { errorCode: fault.code, errorMessage: fault.message }),
    requestParameters: bounded(parameters),
    responseElements: bounded(response),
    requestID: call.requestId,
    eventID: eventId,
    readOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: "Management",
  };
  return { prefix, detail };
}

/** An event holds 256 KB: what is too long for it is left out. */
function bounded(value: object | null): object | null {
  return value === null || JSON.stringify(value).length > mostBytes ? null : value;
}

/** Names begin small, secrets are hidden, and bodies are left out. */
function shown(shape: StructureShape | undefined, value: object): object | null {
  if (shape === undefined) return null;
  const found = structure(shape, value);
  return Object.keys(found).length === 0 ? null : found;
}

function structure(shape: StructureShape, value: object): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, member] of shape.members) {
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    if (inner === undefined || inner === null || member.shape.kind === "blob") continue;
    const secret = member.sensitive === true || member.shape.sensitive === true;
    made[name.charAt(0).toLowerCase() + name.slice(1)] = secret ? hidden : plain(member.shape, inner);
  }
  return made;
}

function plain(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "structure":
      return structure(shape, value as object);
    case "list":
      return Array.isArray(value) ? value.map((each) => plain(shape.member.shape, each)) : undefined;
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([name, each]) => [name, plain(shape.value.shape, each)]),
      );
    case "timestamp":
      return new Date(value as number).toUTCString();
    case "blob":
      return undefined;
    default:
      return value;
  }
}

function userIdentity(principal: Principal): object {
  const { type, account, arn, userId, accessKeyId, roleArn, service } = principal;
  const key = accessKeyId === undefined ? {} : { accessKeyId };
  const own = { principalId: userId, arn, accountId: account, ...key };
  switch (type) {
    case "root":
      return { type: "Root", ...own };
    case "user":
      return { type: "IAMUser", ...own, userName: arn.slice(arn.lastIndexOf("/") + 1) };
    case "assumed-role":
      return {
        type: "AssumedRole",
        ...own,
        sessionContext: {
          sessionIssuer: {
            type: "Role",
            principalId: userId.split(":")[0],
            arn: roleArn,
            accountId: account,
            userName: roleArn?.slice(roleArn.lastIndexOf("/") + 1),
          },
        },
      };
    case "federated-user":
      return { type: "FederatedUser", ...own };
    case "service":
      return { type: "AWSService", invokedBy: service };
    case "anonymous":
      return { type: "AWSAccount", principalId: "", accountId: "anonymous" };
  }
}
