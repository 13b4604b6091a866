// The EventBridge event that tells of an execution's status.

import type { Transaction } from "../../../core/transaction.ts";
import { type ExecutionState, executionArn } from "../execution.ts";
import { stateMachineArn } from "../state-machine.ts";

export function publishStatus(tx: Transaction, execution: ExecutionState): void {
  const arn = executionArn(execution, tx);
  const { machine, version, alias } = execution;
  tx.publish("aws.states", {
    "detail-type": "Step Functions Execution Status Change",
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: stateMachineArn(tx, machine),
      stateMachineVersionArn: version === undefined ? null : stateMachineArn(tx, machine, version),
      stateMachineAliasArn: alias === undefined ? null : stateMachineArn(tx, machine, alias),
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt ?? null,
      input: execution.input,
      inputDetails: { included: true },
      output: execution.output ?? null,
      outputDetails: execution.output === undefined ? null : { included: true },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      redriveCount: execution.redriveCount ?? 0,
      redriveDate: execution.redrivenAt ?? null,
    },
  });
}
