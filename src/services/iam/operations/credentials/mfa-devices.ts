// Virtual MFA devices.

import { fault } from "../../../../core/fault.ts";
import type { Operations } from "../../../../core/service.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type { Iam, VirtualMFADevice } from "../../../../model/generated/iam.d.ts";
import {
  base32,
  codesMatch,
  devicesOf,
  findDevice,
  MfaDeviceRecord,
  type MfaDeviceState,
  serialNumber,
} from "../../identities/mfa-device.ts";
import { describeListedUser, findUser, givenOrCaller } from "../../identities/user.ts";
import {
  alreadyExists,
  deleteConflict,
  iam,
  noSuchEntity,
  nothing,
  quotaExceeded,
  wholeSecond,
} from "../../model.ts";
import { nameKey } from "../../name.ts";
import { pageOf, storedPage } from "../../paging.ts";
import { describeTags, newTags } from "../../tags.ts";

const devicesPerUser = 8;
const seedBytes = 40;

export const mfaDeviceOperations = {
  /** Without the seed's QR code: an authenticator takes the text as well. */
  CreateVirtualMFADevice: async (input, tx) => {
    const name = input.VirtualMFADeviceName;
    if ((await tx.get(MfaDeviceRecord, nameKey(name))) !== undefined) {
      throw alreadyExists("MFADevice entity at the same path and name already exists.");
    }
    const seed = tx.ids.bytes(seedBytes);
    const device: MfaDeviceState = {
      name,
      path: input.Path ?? "/",
      seed: Buffer.from(seed).toString("hex"),
      tags: newTags(input.Tags),
    };
    tx.put(MfaDeviceRecord, device);
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber(device, tx),
        Base32StringSeed: new Uint8Array(Buffer.from(base32(seed))),
        ...describeTags(device.tags),
      },
    };
  },

  EnableMFADevice: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const device = await findDevice(tx, input.SerialNumber);
    if (device.user !== undefined) throw alreadyExists("MFA Device is already in use.");
    if ((await devicesOf(tx, user.name)).length >= devicesPerUser) {
      throw quotaExceeded("MFADevicesPerUser", devicesPerUser);
    }
    checkCodes(device, input, tx.now);
    tx.put(MfaDeviceRecord, { ...device, user: user.name, enabledAt: wholeSecond(tx.now) });
    return nothing;
  },

  ResyncMFADevice: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    checkCodes(await enabledDevice(tx, input.SerialNumber, user.name), input, tx.now);
    return nothing;
  },

  DeactivateMFADevice: async (input, tx) => {
    const { name } = await givenOrCaller(tx, input.UserName);
    const { user, enabledAt, ...free } = await enabledDevice(tx, input.SerialNumber, name);
    tx.put(MfaDeviceRecord, free);
    return nothing;
  },

  DeleteVirtualMFADevice: async (input, tx) => {
    const device = await findDevice(tx, input.SerialNumber);
    if (device.user !== undefined) throw deleteConflict("MFA VirtualDevice in use. Must deactivate first.");
    tx.delete(MfaDeviceRecord, nameKey(device.name));
    return nothing;
  },

  GetMFADevice: async (input, tx) => {
    const device = await findDevice(tx, input.SerialNumber);
    return {
      SerialNumber: input.SerialNumber,
      ...(device.user === undefined ? {} : { UserName: device.user, EnableDate: device.enabledAt }),
    };
  },

  ListMFADevices: async (input, tx) => {
    if (input.UserName === undefined && tx.principal.type === "root")
      return { MFADevices: [], IsTruncated: false };
    const { name } = await givenOrCaller(tx, input.UserName);
    const { values, end } = pageOf(await devicesOf(tx, name), input);
    return {
      MFADevices: values.map((device) => ({
        UserName: name,
        SerialNumber: serialNumber(device, tx),
        EnableDate: device.enabledAt ?? 0,
      })),
      ...end,
    };
  },

  ListVirtualMFADevices: async (input, tx) => {
    const wanted = input.AssignmentStatus ?? "Any";
    const { values, end } = await storedPage(
      tx,
      MfaDeviceRecord,
      input,
      {},
      ({ user }) => wanted === "Any" || (user !== undefined) === (wanted === "Assigned"),
    );
    return { VirtualMFADevices: await Promise.all(values.map((device) => describe(tx, device))), ...end };
  },
} satisfies Operations<Iam>;

async function enabledDevice(tx: Transaction, serial: string, user: string): Promise<MfaDeviceState> {
  const device = await findDevice(tx, serial);
  if (device.user === user) return device;
  throw noSuchEntity(`MFA Device ${serial} invalid for user.`);
}

function checkCodes(
  device: MfaDeviceState,
  codes: { readonly AuthenticationCode1: string; readonly AuthenticationCode2: string },
  now: number,
): void {
  if (codesMatch(device.seed, codes.AuthenticationCode1, codes.AuthenticationCode2, now)) return;
  throw fault(iam, "InvalidAuthenticationCode", "Authentication code for device is not valid.");
}

async function describe(tx: Transaction, device: MfaDeviceState): Promise<VirtualMFADevice> {
  if (device.user === undefined) return { SerialNumber: serialNumber(device, tx) };
  return {
    SerialNumber: serialNumber(device, tx),
    User: describeListedUser(await findUser(tx, device.user), tx),
    EnableDate: device.enabledAt,
  };
}
