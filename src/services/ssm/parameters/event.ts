// What EventBridge hears of parameters.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html

import type { Transaction } from "../../../core/transaction.ts";
import { parameterArn } from "./name.ts";
import type { ParameterState } from "./parameter.ts";

export function tellChange(
  tx: Transaction,
  operation: "Create" | "Update" | "Delete" | "LabelParameterVersion",
  parameter: ParameterState,
  more: object = {},
): void {
  const { name, type, description } = parameter;
  tx.publish("aws.ssm", {
    "detail-type": "Parameter Store Change",
    resources: [parameterArn(name, parameter)],
    detail: { operation, name, type, ...(description && { description }), ...more },
  });
}
