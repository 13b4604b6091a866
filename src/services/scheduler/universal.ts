// Universal targets, `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`: the input is
// the JSON of the operation's own, for every operation of every service.

import { Fault } from "../../core/fault.ts";
import { type Aim, defineTarget } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { type IndexEntry, loadIndex, loadModel } from "../../model/load.ts";
import type { OperationModel, Shape, StructureShape } from "../../model/shapes.ts";

export const universalTarget = defineTarget({ arns: "scheduler:aws-sdk:*", send });

export interface UniversalOperation {
  readonly service: string;
  readonly operation: OperationModel;
}

/** AWS's list (scheduler/latest/UserGuide/managing-targets-universal.html). */
const readOnly = new RegExp(
  `^(${"get describe list poll receive search scan query select read lookup discover validate batchGet batchDescribe batchRead transactGet adminGet adminList testMigration retrieve testConnection translateDocument isAuthorized invokeModel".replaceAll(" ", "|")})`,
);

/** Undefined where there is no such service or operation, or it only reads. */
export function universalOperation(arn: string): UniversalOperation | undefined {
  const [, , , , , , serviceName = "", name = ""] = arn.split(":");
  if (!/^[a-z]/.test(name) || readOnly.test(name)) return undefined;
  const entry = serviceOf(serviceName);
  if (entry === undefined) return undefined;
  const operation = loadModel(entry.name).operations.get(name.charAt(0).toUpperCase() + name.slice(1));
  return operation === undefined ? undefined : { service: entry.name, operation };
}

const plain = (serviceId: string): string => serviceId.toLowerCase().replace(/[^a-z0-9]/g, "");

function serviceOf(name: string): IndexEntry | undefined {
  return loadIndex().find((entry) => plain(entry.serviceId) === name);
}

async function send({ arn, input }: Aim, ctx: Waiting): Promise<unknown> {
  const found = universalOperation(arn);
  if (found === undefined) throw new Fault("scheduler", "ValidationException", `${arn} is no target.`);
  const { service, operation } = found;
  const given: unknown = input === "" ? {} : JSON.parse(input);
  return ctx.callByName(service, operation.name, structure(operation.input, given) as object);
}

function structure(shape: StructureShape | undefined, given: unknown): unknown {
  if (shape === undefined || !isObject(given)) return given;
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const member = memberOf(shape, name);
    if (member === undefined)
      throw new Fault("scheduler", "ValidationException", `Unknown parameter ${name}.`);
    made[member.name] = converted(member.shape, value);
  }
  return made;
}

/** AWS takes names with a capital, whatever the API's own begin with, and writes `DBInstance` as `DbInstance`. */
function memberOf(shape: StructureShape, name: string) {
  const wanted = name.toLowerCase();
  return (
    shape.members.get(name) ?? [...shape.members.values()].find((each) => each.name.toLowerCase() === wanted)
  );
}

function converted(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "structure":
      return structure(shape, value);
    case "list":
      return Array.isArray(value) ? value.map((each) => converted(shape.member.shape, each)) : value;
    case "map":
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, converted(shape.value.shape, each)]),
      );
    case "string":
      return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
    case "blob":
      return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
    case "timestamp":
      return typeof value === "number" ? value * 1000 : Date.parse(String(value));
    default:
      return value;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
