// Service-linked roles: made for a service, deleted by a task of their own.

import type { Operations } from "../../../core/service.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { describeRole, findRole, isServiceLinked, RoleRecord, type RoleState } from "../identities/role.ts";
import { DeletionTaskRecord, deleteLinkedRole, linkedServices } from "../identities/service-linked-role.ts";
import { cannotBeFound, invalidInput, noSuchEntity, wholeSecond } from "../model.ts";
import { nameKey } from "../name.ts";

export const serviceLinkedRoleOperations = {
  CreateServiceLinkedRole: async (input, tx) => {
    const service = input.AWSServiceName;
    const linked = Object.hasOwn(linkedServices, service) ? linkedServices[service] : undefined;
    if (linked === undefined) {
      throw invalidInput(`Service linked roles are not supported for service principal ${service}.`);
    }
    if (input.CustomSuffix !== undefined && linked.suffix !== true) {
      throw invalidInput(`Custom suffix is not allowed for ${service}`);
    }
    const suffix = input.CustomSuffix === undefined ? "" : `_${input.CustomSuffix}`;
    const name = `AWSServiceRoleFor${linked.role}${suffix}`;
    if ((await tx.get(RoleRecord, nameKey(name))) !== undefined) {
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const role: RoleState = {
      name,
      path: `/aws-service-role/${service}/`,
      id: tx.ids.unique("AROA"),
      trustPolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: [service] }, Action: ["sts:AssumeRole"] }],
      }),
      ...(input.Description ? { description: input.Description } : {}),
      maxSessionSeconds: 3600,
      tags: [],
      createdAt: wholeSecond(tx.now),
    };
    tx.put(RoleRecord, role);
    const { RoleLastUsed, ...created } = describeRole(role, tx);
    return { Role: created };
  },

  DeleteServiceLinkedRole: async (input, tx) => {
    const role = await findRole(tx, input.RoleName);
    if (!isServiceLinked(role)) throw cannotBeFound("service-linked role", input.RoleName);
    const id = `task${role.path}${role.name}/${tx.ids.uuid()}`;
    tx.put(DeletionTaskRecord, { id, role: role.name, status: "IN_PROGRESS" });
    tx.enqueue(deleteLinkedRole, { taskId: id });
    return { DeletionTaskId: id };
  },

  GetServiceLinkedRoleDeletionStatus: async (input, tx) => {
    const task = await tx.get(DeletionTaskRecord, input.DeletionTaskId);
    if (task === undefined) throw noSuchEntity(`Deletion task ${input.DeletionTaskId} cannot be found.`);
    return { Status: task.status };
  },
} satisfies Operations<Iam>;
