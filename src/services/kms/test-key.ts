// What tests of keys say again and again, said once.

import { onTestFinished } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import kms from "./index.ts";

/** A cloud with nothing but KMS, gone when the test ends. */
export async function kmsCloud(): Promise<TestCloud> {
  const cloud = await testCloud([kms]);
  onTestFinished(async () => {
    await cloud.stop();
    const accidents = cloud.log.filter((entry) => entry.level === "error");
    if (accidents.length > 0) throw new Error(JSON.stringify(accidents));
  });
  return cloud;
}

export interface TestKey {
  readonly id: string;
  readonly arn: string;
  // biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
  call(operation: string, input?: object): Promise<any>;
  state(): Promise<string>;
  encrypt(text: string, EncryptionContext?: object): Promise<Uint8Array>;
}

export async function testKey(cloud: Pick<TestCloud, "call">, input: object = {}): Promise<TestKey> {
  const { KeyMetadata } = await cloud.call("kms", "CreateKey", input);
  const { KeyId, Arn } = KeyMetadata;
  const call: TestKey["call"] = (operation, more = {}) => cloud.call("kms", operation, { KeyId, ...more });
  return {
    id: KeyId,
    arn: Arn,
    call,
    state: async () => (await call("DescribeKey")).KeyMetadata.KeyState,
    encrypt: async (text, EncryptionContext) =>
      (await call("Encrypt", { Plaintext: Buffer.from(text), EncryptionContext })).CiphertextBlob,
  };
}

/** The text of a ciphertext. */
export async function decrypted(
  cloud: Pick<TestCloud, "call">,
  CiphertextBlob: Uint8Array,
  EncryptionContext?: object,
): Promise<string> {
  const { Plaintext } = await cloud.call("kms", "Decrypt", { CiphertextBlob, EncryptionContext });
  return Buffer.from(Plaintext).toString();
}
