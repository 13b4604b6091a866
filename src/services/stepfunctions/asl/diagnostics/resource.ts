// The Resource of a Task, and the parameters that its operation knows.

import { integrationFor, type TaskIntegration } from "../../integrations/index.ts";
import { memberOf, nameOut } from "../../integrations/values.ts";
import { isObject, type Report, type Setting, type Values } from "./report.ts";
import type { Group } from "./structure.ts";

export const taskResource: Group = (value, at, report, setting) => {
  const { Resource } = value;
  if (typeof Resource !== "string") return;
  const here = `${at}/Resource`;
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/.test(Resource)) {
    return report.schema(here, "Value is not a valid resource ARN");
  }
  const integration = integrationFor(Resource);
  if (integration === undefined) {
    return report.schema(
      here,
      `The resource provided ${Resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
    );
  }
  if (setting.type === "EXPRESS") checkExpress(integration, here, report);
  checkParameters(integration, value, at, report, setting);
};

function checkExpress({ kind, pattern }: TaskIntegration, at: string, report: Report): void {
  if (kind === "activity") report.schema(at, "Express state machine does not support activity ARN");
  if (pattern === "sync")
    report.schema(at, "Express state machine does not support '.sync' service integration");
  if (pattern === "token") {
    report.schema(at, "Express state machine does not support '.waitForTaskToken' service integration");
  }
}

function checkParameters(
  { parameters }: TaskIntegration,
  value: Values,
  at: string,
  report: Report,
  setting: Setting,
): void {
  const field = setting.language === "JSONata" ? "Arguments" : "Parameters";
  const given = value[field];
  if (parameters === undefined || !isObject(given)) return;
  const { shape, style } = parameters;
  const found = new Set<string>();
  for (const key of Object.keys(given)) {
    const name = setting.language === "JSONPath" && key.endsWith(".$") ? key.slice(0, -2) : key;
    const member = memberOf(shape, name, style);
    if (member === undefined) {
      report.schema(`${at}/${field}`, `The field "${name}" is not supported by Step Functions`);
    } else found.add(member.name);
  }
  for (const member of shape.members.values()) {
    if (!member.required || found.has(member.name) || member.idempotencyToken === true) continue;
    report.schema(`${at}/${field}`, `The field "${nameOut(member, style)}" is required but was missing`);
  }
}
