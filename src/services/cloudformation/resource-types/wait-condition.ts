// Wait conditions: a handle is an address that anybody who has it may signal,
// and a condition waits for so many signals.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType } from "../../../core/resource-type.ts";
import { Failure } from "../engine/reason.ts";
import { AddressRecord, SignalRecord, signalTopic } from "../stacks/signal.ts";

export const waitConditionHandleType = defineResourceType({
  type: "AWS::CloudFormation::WaitConditionHandle",
  create: async (_properties, at) => {
    const { token } = at;
    await at.ctx.atomically(async (tx) => tx.put(AddressRecord, { token }));
    return { id: signalUrl(at.ctx.endpoint, at.account, at.region, token) };
  },
  update: async () => undefined,
  delete: async (id, _properties, at) => {
    const token = tokenOf(id);
    await at.ctx.atomically(async (tx) => {
      tx.delete(AddressRecord, token);
      for (const { group, uniqueId } of await tx.all(SignalRecord, [token]))
        tx.delete(SignalRecord, group, uniqueId);
    });
  },
});

/** The token is as good as a signature: 128 bits that nobody else knows. */
export function signalUrl(endpoint: string, account: string, region: string, token: string): string {
  return `${endpoint}/_cloudformation/signal/${account}/${region}/${token}`;
}

export function tokenOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

interface WaitConditionProperties {
  readonly Handle?: string;
  readonly Timeout?: string | number;
  readonly Count?: number;
}

export const waitConditionType = defineResourceType<WaitConditionProperties>({
  type: "AWS::CloudFormation::WaitCondition",
  create: async ({ Handle, Timeout, Count = 1 }, at) => {
    const id = physicalName(at, 255, false);
    at.made(id);
    // Without a handle, its CreationPolicy says what to wait for.
    if (Handle === undefined) return { id, attributes: { Data: "{}" } };
    const group = tokenOf(Handle);
    const signals = () => at.ctx.atomically((tx) => tx.all(SignalRecord, [group]));
    const deadline = at.ctx.now() + Number(Timeout ?? 0) * 1000;
    const outcome = await at.ctx.waitFor<true | Failure>(signalTopic(group), deadline, async () => {
      const received = await signals();
      const failure = received.find(({ status }) => status === "FAILURE");
      if (failure !== undefined) {
        const { reason = "", uniqueId } = failure;
        return {
          done: new Failure(`WaitCondition received failed message: '${reason}' for uniqueId: ${uniqueId}`),
        };
      }
      return received.length >= Count ? { done: true } : { retryAt: undefined };
    });
    const received = await signals();
    if (outcome === undefined) {
      throw new Failure(
        `WaitCondition timed out. Received ${received.length} conditions when expecting ${Count}`,
      );
    }
    if (outcome !== true) throw outcome;
    const data = Object.fromEntries(received.map(({ uniqueId, data: each = "" }) => [uniqueId, each]));
    return { id, attributes: { Data: JSON.stringify(data) } };
  },
  update: async () => {
    throw new Failure("Update to resource type AWS::CloudFormation::WaitCondition is not supported.");
  },
  delete: async () => undefined,
});
