// What policies do when their time has come.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { parameterArn } from "../parameters/name.ts";
import { Parameter, type ParameterState } from "../parameters/parameter.ts";
import { removeParameter } from "../parameters/removal.ts";
import { dueAt } from "./policy.ts";

interface Due {
  readonly name: string;
  readonly version: number;
  readonly policy: number;
}

export const applyPolicy = defineJob<Due>({
  name: "ssm.applyPolicy",
  run: async ({ name, version, policy: index }, tx) => {
    const parameter = await tx.get(Parameter, name);
    const policy = parameter?.policies[index];
    // A new version has asked for runs of its own.
    if (parameter?.version !== version || policy?.status !== "Pending") return;
    tx.publish("aws.ssm", {
      "detail-type": "Parameter Store Policy Action",
      resources: [parameterArn(name, parameter)],
      detail: {
        "policy-type": policy.type,
        "parameter-name": name,
        "parameter-type": parameter.type,
        "policy-content": policy.text,
        "action-status": "success",
      },
    });
    if (policy.type === "Expiration") {
      await removeParameter(tx, parameter);
      return;
    }
    const policies = parameter.policies.map((each, at) =>
      at === index ? ({ ...each, status: "Finished" } as const) : each,
    );
    tx.put(Parameter, { ...parameter, policies });
  },
});

export function schedulePolicies(tx: Transaction, parameter: ParameterState): void {
  const { name, version, policies, modifiedAt } = parameter;
  policies.forEach((policy, index) => {
    const at = dueAt(policy, policies, modifiedAt);
    tx.enqueue(applyPolicy, { name, version, policy: index }, { id: `${name}:${index}`, at });
  });
}
