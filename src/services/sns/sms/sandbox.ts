// The sandbox for text messages. This account is out of it, and yet its numbers
// can be added, verified by the code in the outbox, and removed.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateSMSSandboxPhoneNumberInput,
  DeleteSMSSandboxPhoneNumberInput,
  GetSMSSandboxAccountStatusInput,
  GetSMSSandboxAccountStatusResult,
  ListOriginationNumbersRequest,
  ListOriginationNumbersResult,
  ListSMSSandboxPhoneNumbersInput,
  ListSMSSandboxPhoneNumbersResult,
  VerifySMSSandboxPhoneNumberInput,
} from "../../../model/generated/sns.d.ts";
import { putSent } from "../delivery/outbox.ts";
import { sns } from "../faults.ts";
import { phoneNumber } from "./opt-out.ts";

interface SandboxNumber {
  readonly number: string;
  readonly addedAt: number;
  readonly verified: boolean;
  readonly code: string;
}

export const SandboxNumber = defineResource<SandboxNumber>()({
  service: "sns",
  type: "sandbox-number",
  key: (each) => [each.number],
});

const mostNumbers = 10;
const keptMilliseconds = 86_400_000;
const largestPage = 100;

export async function createSandboxNumber(
  input: CreateSMSSandboxPhoneNumberInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const number = phoneNumber(input.PhoneNumber, "PhoneNumber");
  const existing = await tx.get(SandboxNumber, number);
  if (existing?.verified === true) throw fault(sns, "UserError", "Phone number is already verified");
  if (existing === undefined) {
    const { values } = await tx.list(SandboxNumber, { limit: mostNumbers });
    if (values.length >= mostNumbers) {
      throw fault(sns, "UserError", `You can add at most ${mostNumbers} destination phone numbers`);
    }
  }
  const code = String(Math.floor(tx.ids.fraction() * 1_000_000)).padStart(6, "0");
  tx.put(SandboxNumber, { number, addedAt: existing?.addedAt ?? tx.now, verified: false, code });
  const body = `${code} is your verification code for Amazon SNS.`;
  await putSent(tx, { protocol: "sms", to: number, messageId: tx.ids.uuid(), body });
  return {};
}

export async function verifySandboxNumber(
  { PhoneNumber, OneTimePassword }: VerifySMSSandboxPhoneNumberInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const stored = await existing(tx, phoneNumber(PhoneNumber, "PhoneNumber"));
  if (stored.code !== OneTimePassword) {
    throw fault(sns, "VerificationException", "Verification failed", { fields: { Status: "FAILED" } });
  }
  tx.put(SandboxNumber, { ...stored, verified: true });
  return {};
}

export async function deleteSandboxNumber(
  { PhoneNumber }: DeleteSMSSandboxPhoneNumberInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const stored = await existing(tx, phoneNumber(PhoneNumber, "PhoneNumber"));
  if (stored.verified && tx.now - stored.addedAt < keptMilliseconds) {
    throw fault(sns, "UserError", "Phone numbers can be removed only 24 hours after they were added");
  }
  tx.delete(SandboxNumber, stored.number);
  return {};
}

export async function listSandboxNumbers(
  { NextToken, MaxResults }: ListSMSSandboxPhoneNumbersInput,
  tx: Transaction,
): Promise<ListSMSSandboxPhoneNumbersResult> {
  const { values, cursor } = await tx.list(SandboxNumber, {
    cursor: NextToken,
    limit: MaxResults ?? largestPage,
  });
  return {
    PhoneNumbers: values.map(({ number, verified }) => ({
      PhoneNumber: number,
      Status: verified ? "Verified" : "Pending",
    })),
    NextToken: cursor,
  };
}

export async function sandboxStatus(
  _input: GetSMSSandboxAccountStatusInput,
  _tx: Transaction,
): Promise<GetSMSSandboxAccountStatusResult> {
  return { IsInSandbox: false };
}

/** Numbers to send from are bought from carriers, which there are none of here. */
export async function listOriginationNumbers(
  _input: ListOriginationNumbersRequest,
  _tx: Transaction,
): Promise<ListOriginationNumbersResult> {
  return { PhoneNumbers: [] };
}

async function existing(tx: Transaction, number: string): Promise<SandboxNumber> {
  const stored = await tx.get(SandboxNumber, number);
  if (stored === undefined) throw fault(sns, "ResourceNotFound", "Phone number does not exist");
  return stored;
}
