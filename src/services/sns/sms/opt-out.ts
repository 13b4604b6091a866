// Phone numbers that do not want to hear from an account. On AWS they answer
// STOP; here POST /_cumulet/sns/opt-out says it for them.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CheckIfPhoneNumberIsOptedOutInput,
  CheckIfPhoneNumberIsOptedOutResponse,
  ListPhoneNumbersOptedOutInput,
  ListPhoneNumbersOptedOutResponse,
  OptInPhoneNumberInput,
} from "../../../model/generated/sns.d.ts";
import { invalidParameter } from "../faults.ts";
import { isPhoneNumber } from "../subscriptions/endpoint.ts";

interface OptedOut {
  readonly number: string;
  readonly at: number;
  readonly optedInAt?: number;
}

export const OptedOut = defineResource<OptedOut>()({
  service: "sns",
  type: "opted-out",
  key: (each) => [each.number],
});

const pageSize = 100;
const optInMilliseconds = 30 * 86_400_000;

/** One way of writing for all that mean the same number. */
export function phoneNumber(given: string, member = "phoneNumber"): string {
  const number = given.replace(/[ ().-]/g, "");
  if (!isPhoneNumber(number)) {
    throw invalidParameter(
      member === "PhoneNumber" ? "PhoneNumber" : member,
      `${given} is not valid${member === "PhoneNumber" ? " to publish to" : ""}`,
    );
  }
  return number.startsWith("+") ? number : `+${number}`;
}

export async function isOptedOut(tx: Transaction, number: string): Promise<boolean> {
  const found = await tx.get(OptedOut, phoneNumber(number));
  return found !== undefined && found.optedInAt === undefined;
}

export async function optOut(tx: Transaction, number: string): Promise<void> {
  tx.put(OptedOut, { number: phoneNumber(number), at: tx.now });
}

export async function checkIfPhoneNumberIsOptedOut(
  input: CheckIfPhoneNumberIsOptedOutInput,
  tx: Transaction,
): Promise<CheckIfPhoneNumberIsOptedOutResponse> {
  return { isOptedOut: await isOptedOut(tx, input.phoneNumber) };
}

export async function listPhoneNumbersOptedOut(
  { nextToken }: ListPhoneNumbersOptedOutInput,
  tx: Transaction,
): Promise<ListPhoneNumbersOptedOutResponse> {
  const { values, cursor } = await tx.list(OptedOut, { cursor: nextToken, limit: pageSize });
  const numbers = values.filter(({ optedInAt }) => optedInAt === undefined).map(({ number }) => number);
  return { phoneNumbers: numbers, nextToken: cursor };
}

/** Once in thirty days and number. */
export async function optInPhoneNumber(
  input: OptInPhoneNumberInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const number = phoneNumber(input.phoneNumber);
  const found = await tx.get(OptedOut, number);
  if (found === undefined) return {};
  if (found.optedInAt !== undefined && tx.now - found.optedInAt < optInMilliseconds) {
    throw invalidParameter("Cannot opt in right now");
  }
  tx.put(OptedOut, { ...found, optedInAt: tx.now });
  return {};
}
