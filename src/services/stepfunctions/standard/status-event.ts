// The EventBridge event that tells of an execution's status.

import type { Transaction } from "../../../core/transaction.ts";
import { type ExecutionState, executionArn } from "../execution.ts";
import { redriveStatus } from "../redrive-status.ts";
import { stateMachineArn } from "../state-machine.ts";

export function publishStatus(tx: Transaction, execution: ExecutionState): void {
  const arn = executionArn(execution, tx);
  const { machine, version, alias, input, output } = execution;
  const included = fitting(input, output);
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
      input: included.input ? input : null,
      inputDetails: { included: included.input },
      output: included.output ? (output ?? null) : null,
      outputDetails: output === undefined ? null : { included: included.output },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      redriveCount: execution.redriveCount ?? 0,
      redriveDate: execution.redrivenAt ?? null,
      redriveStatusReason: null,
      ...redriveStatus(execution, tx.now),
    },
  });
}

/** Escaped, as they stand in the event. */
const maximumDataBytes = 248 * 1024;

/** What an event has room for: the input goes first, then the output. */
function fitting(input: string, output = ""): { readonly input: boolean; readonly output: boolean } {
  // No character takes more than six bytes.
  if ((input.length + output.length) * 6 <= maximumDataBytes) return { input: true, output: true };
  const bytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;
  const ofOutput = bytes(output);
  return { input: bytes(input) + ofOutput <= maximumDataBytes, output: ofOutput <= maximumDataBytes };
}
