// Resource policies of streams and consumers.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteResourcePolicyInput,
  GetResourcePolicyInput,
  GetResourcePolicyOutput,
  PutResourcePolicyInput,
} from "../../../model/generated/kinesis.d.ts";
import { openConsumer } from "../consumer.ts";
import { invalidArgument, notFound, refuseStreamId } from "../faults.ts";
import { ResourcePolicy } from "../resource-policy.ts";
import { openArn } from "../stream.ts";

type Nothing = Record<string, never>;

export async function putResourcePolicy(
  input: PutResourcePolicyInput,
  caller: Transaction,
): Promise<Nothing> {
  const tx = await owner(caller, input);
  tx.put(ResourcePolicy, { resourceArn: input.ResourceARN, document: checked(input.Policy) });
  return {};
}

export async function getResourcePolicy(
  input: GetResourcePolicyInput,
  caller: Transaction,
): Promise<GetResourcePolicyOutput> {
  const tx = await owner(caller, input);
  const policy = await tx.get(ResourcePolicy, input.ResourceARN);
  // AWS answers an empty document where there is none.
  return { Policy: policy?.document ?? "{}" };
}

export async function deleteResourcePolicy(
  input: DeleteResourcePolicyInput,
  caller: Transaction,
): Promise<Nothing> {
  const tx = await owner(caller, input);
  if ((await tx.get(ResourcePolicy, input.ResourceARN)) === undefined) {
    throw notFound(`No resource policy found for resource ${input.ResourceARN}.`);
  }
  tx.delete(ResourcePolicy, input.ResourceARN);
  return {};
}

async function owner(
  caller: Transaction,
  input: { readonly ResourceARN: string; readonly StreamId?: string | undefined },
): Promise<Transaction> {
  refuseStreamId(input);
  const { ResourceARN: arn } = input;
  const open = arn.includes("/consumer/")
    ? await openConsumer(caller, { ConsumerARN: arn })
    : await openArn(caller, arn);
  return open.tx;
}

function checked(document: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw invalidArgument("Policy document is not valid JSON.");
  }
  const statements = (parsed as { readonly Statement?: unknown } | null)?.Statement;
  if (typeof statements !== "object" || statements === null) {
    throw invalidArgument("Policy document must contain a Statement.");
  }
  return document;
}
