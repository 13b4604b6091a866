// The model's handle, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { ProvidedType } from "../../core/provision.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { Cloudcontrol } from "../../model/generated/cloudcontrol.d.ts";
import { modelOf } from "../../model/handle.ts";

export const cloudcontrol = modelOf<Cloudcontrol>("cloudcontrol");

export function invalidRequest(message: string): Fault {
  return fault(cloudcontrol, "InvalidRequestException", message);
}

export async function openType(ctx: Waiting, name: string): Promise<ProvidedType> {
  const type = await ctx.resourceType(name);
  if (type === undefined || type.schema === undefined)
    throw fault(cloudcontrol, "TypeNotFoundException", `The type '${name}' cannot be found.`);
  return type;
}

export function unsupportedAction(type: string, action: string): Fault {
  return fault(
    cloudcontrol,
    "UnsupportedActionException",
    `Resource type ${type} does not support ${action} action`,
  );
}
