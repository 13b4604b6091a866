// Virtual MFA devices: a shared seed, and the codes that follow from it (RFC 6238).

import { createHmac } from "node:crypto";
import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { noSuchEntity } from "../model.ts";
import { iamArn, nameKey, parseIamArn } from "../name.ts";
import { indexed } from "../paging.ts";
import { type Tags, tagMap } from "../tags.ts";

export interface MfaDeviceState {
  readonly name: string;
  readonly path: string;
  /** Hexadecimal. */
  readonly seed: string;
  /** Whose it is, once it is enabled. */
  readonly user?: string;
  /** Epoch milliseconds. */
  readonly enabledAt?: number;
  readonly tags: Tags;
}

export const MfaDeviceRecord = defineResource<MfaDeviceState>()({
  service: "iam",
  type: "mfa-device",
  scope: "account",
  key: (device) => [nameKey(device.name)],
  arn: serialNumber,
  named: (input) => (typeof input.SerialNumber === "string" ? input.SerialNumber : undefined),
  tags: tagMap,
  indexes: { user: (device) => (device.user === undefined ? undefined : [nameKey(device.user)]) },
});

/** A virtual device's serial number is its ARN. */
export function serialNumber(
  device: Pick<MfaDeviceState, "path" | "name">,
  place: Pick<Place, "account">,
): string {
  return iamArn(place, "mfa", device.path, device.name);
}

export async function findDevice(tx: Transaction, serial: string): Promise<MfaDeviceState> {
  const parts = parseIamArn(serial, "mfa");
  const device = parts === undefined ? undefined : await tx.get(MfaDeviceRecord, nameKey(parts.name));
  if (device !== undefined && serialNumber(device, tx) === serial) return device;
  throw noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`);
}

export function devicesOf(tx: Transaction, user: string): Promise<readonly MfaDeviceState[]> {
  return indexed(tx, MfaDeviceRecord, "user", nameKey(user));
}

const stepMilliseconds = 30_000;
/** Devices' clocks drift; AWS takes codes that are some steps old. */
const toleratedSteps = 10;

/** Whether the two codes follow each other on this device about now. */
export function codesMatch(seed: string, first: string, second: string, now: number): boolean {
  const step = Math.floor(now / stepMilliseconds);
  for (let at = step - toleratedSteps; at <= step + 1; at++) {
    if (codeAt(seed, at) === first && codeAt(seed, at + 1) === second) return true;
  }
  return false;
}

export function codeAt(seed: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(step, 0)));
  const hash = createHmac("sha1", Buffer.from(seed, "hex")).update(counter).digest();
  const number = hash.readUInt32BE(hash[19]! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}
