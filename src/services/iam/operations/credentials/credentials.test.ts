// What users sign in and sign with besides access keys.

import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { base32, codeAt, codesMatch } from "../../identities/mfa-device.ts";
import { type TestAccount, testAccount } from "../../test-account.ts";

let account: TestAccount;
beforeEach(async () => {
  account = await testAccount();
  await account.call("CreateUser", { UserName: "ann" });
});
afterEach(() => account.cloud.stop());

const call: TestAccount["call"] = (operation, input) => account.call(operation, input);
const failure: TestAccount["failure"] = (operation, input) => account.failure(operation, input);

describe("one-time codes", () => {
  // The key of RFC 6238's test vectors; the codes are their last six digits.
  const seed = Buffer.from("12345678901234567890").toString("hex");

  test("are those of RFC 6238", () => {
    expect(codeAt(seed, Math.floor(59 / 30))).toBe("287082");
    expect(codeAt(seed, Math.floor(1111111109 / 30))).toBe("081804");
    expect(codeAt(seed, Math.floor(1234567890 / 30))).toBe("005924");
  });

  test("match in sequence only, and about now", () => {
    const now = 1_700_000_000_000;
    const step = Math.floor(now / 30_000);
    expect(codesMatch(seed, codeAt(seed, step - 1), codeAt(seed, step), now)).toBe(true);
    expect(codesMatch(seed, codeAt(seed, step), codeAt(seed, step - 1), now)).toBe(false);
    expect(codesMatch(seed, codeAt(seed, step - 90), codeAt(seed, step - 89), now)).toBe(false);
  });

  test("come of a seed that is shown in base 32", () => {
    expect(base32(Buffer.from("foobar"))).toBe("MZXW6YTBOI");
    expect(base32(Buffer.from("12345678901234567890"))).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  });
});

describe("virtual MFA devices", () => {
  test("are enabled by their codes, and deleted once they are free", async () => {
    const { VirtualMFADevice } = await call("CreateVirtualMFADevice", { VirtualMFADeviceName: "phone" });
    const { SerialNumber } = VirtualMFADevice;
    expect(SerialNumber).toBe("arn:aws:iam::000000000000:mfa/phone");
    const wrong = {
      UserName: "ann",
      SerialNumber,
      AuthenticationCode1: "000000",
      AuthenticationCode2: "000000",
    };
    expect(await failure("EnableMFADevice", wrong)).toEqual({
      code: "InvalidAuthenticationCode",
      message: "Authentication code for device is not valid.",
    });
    const seed = hexOfBase32(Buffer.from(VirtualMFADevice.Base32StringSeed).toString());
    const step = Math.floor(Date.UTC(2024, 0, 1) / 30_000);
    await call("EnableMFADevice", {
      ...wrong,
      AuthenticationCode1: codeAt(seed, step - 1),
      AuthenticationCode2: codeAt(seed, step),
    });
    expect((await call("ListMFADevices", { UserName: "ann" })).MFADevices).toMatchObject([{ SerialNumber }]);
    expect((await failure("DeleteVirtualMFADevice", { SerialNumber })).code).toBe("DeleteConflict");
    expect((await failure("DeleteUser", { UserName: "ann" })).message).toBe(
      "Cannot delete entity, must delete MFA device first.",
    );
    await call("DeactivateMFADevice", { UserName: "ann", SerialNumber });
    await call("DeleteVirtualMFADevice", { SerialNumber });
    await call("DeleteUser", { UserName: "ann" });
  });
});

describe("login profiles", () => {
  test("keep to the account's password policy", async () => {
    await call("UpdateAccountPasswordPolicy", { MinimumPasswordLength: 10, RequireNumbers: true });
    const refused = async (Password: string) => failure("CreateLoginProfile", { UserName: "ann", Password });
    expect((await refused("abc1")).code).toBe("PasswordPolicyViolation");
    expect((await refused("abcdefghijk")).message).toBe("Password should have at least one number.");
    await call("CreateLoginProfile", {
      UserName: "ann",
      Password: "abcdefghij1",
      PasswordResetRequired: true,
    });
    expect((await call("GetLoginProfile", { UserName: "ann" })).LoginProfile.PasswordResetRequired).toBe(
      true,
    );
    expect((await refused("abcdefghij1")).message).toBe("Login Profile for user ann already exists.");
  });
});

describe("SSH public keys", () => {
  test("are RSA keys with a fingerprint", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const SSHPublicKeyBody = publicKey.export({ type: "spki", format: "pem" }) as string;
    const { SSHPublicKey } = await call("UploadSSHPublicKey", { UserName: "ann", SSHPublicKeyBody });
    expect(SSHPublicKey.Fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    const again = await failure("UploadSSHPublicKey", { UserName: "ann", SSHPublicKeyBody });
    expect(again.code).toBe("DuplicateSSHPublicKey");
    const malformed = await failure("UploadSSHPublicKey", { UserName: "ann", SSHPublicKeyBody: "ssh-rsa x" });
    expect(malformed.code).toBe("InvalidPublicKey");
  });
});

describe("service-specific credentials", () => {
  test("show their password when it is made, and never again", async () => {
    const ServiceName = "codecommit.amazonaws.com";
    const created = (await call("CreateServiceSpecificCredential", { UserName: "ann", ServiceName }))
      .ServiceSpecificCredential;
    expect(created).toMatchObject({ ServiceUserName: "ann-at-000000000000", Status: "Active" });
    const { ServiceSpecificCredentials } = await call("ListServiceSpecificCredentials", { UserName: "ann" });
    expect(ServiceSpecificCredentials).toHaveLength(1);
    expect(ServiceSpecificCredentials[0]).not.toHaveProperty("ServicePassword");
    const other = await failure("CreateServiceSpecificCredential", { UserName: "ann", ServiceName: "s3" });
    expect(other.code).toBe("NotSupportedService");
  });
});

function hexOfBase32(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return (bits.match(/.{8}/g) ?? [])
    .map((byte) => Number.parseInt(byte, 2).toString(16).padStart(2, "0"))
    .join("");
}
