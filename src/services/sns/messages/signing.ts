// Signatures: the key of each region, made when first needed and kept, and the
// text that is signed, which validators put together again.
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html

import { createHash, createPrivateKey, generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { selfSigned } from "../../../base/self-signed.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Waiting } from "../../../core/waiting.ts";

interface SigningKey {
  readonly region: string;
  /** In PEM, PKCS #8. */
  readonly privateKey: string;
  readonly certificate: string;
  /** As the certificate's address has it: 32 hexadecimal digits. */
  readonly name: string;
}

export const SigningKey = defineResource<SigningKey>()({
  service: "sns",
  type: "signing-key",
  scope: "global",
  key: (key) => [key.name],
  indexes: { region: (key) => [key.region] },
  cached: true,
});

export type SignatureVersion = "1" | "2";

export interface Signer {
  /** `http://localhost:4566/_sns/SimpleNotificationService-<name>.pem`. */
  readonly certificateUrl: string;
  /** Beside the others' work: RSA takes longer than all else that a message needs. */
  sign(text: string, version: SignatureVersion): Promise<string>;
}

const signBeside = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

const validity = 10 * 365 * 86_400_000;

// Memoised by the identity of the decoded record, which changes with its bytes.
const privateKeys = new WeakMap<SigningKey, KeyObject>();

/** The signer of the context's region. */
export async function signerOf(ctx: Waiting): Promise<Signer> {
  const key = (await findKey(ctx)) ?? (await makeKey(ctx));
  let privateKey = privateKeys.get(key);
  if (privateKey === undefined) {
    privateKey = createPrivateKey(key.privateKey);
    privateKeys.set(key, privateKey);
  }
  const signing = privateKey;
  return {
    certificateUrl: `${ctx.endpoint}/_sns/SimpleNotificationService-${key.name}.pem`,
    sign: async (text, version) => {
      const hash = version === "2" ? "sha256" : "sha1";
      return (await signBeside(hash, Buffer.from(text), signing)).toString("base64");
    },
  };
}

async function findKey(ctx: Waiting): Promise<SigningKey | undefined> {
  const page = await ctx.atomically((tx) =>
    tx.list(SigningKey, { index: "region", prefix: [ctx.region], limit: 1 }),
  );
  return page.values[0];
}

async function makeKey(ctx: Waiting): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const now = ctx.now();
  const certificate = selfSigned({
    privateKey,
    name: `sns.${ctx.region}.amazonaws.com`,
    serial: ctx.ids.bytes(12),
    notBefore: now - 86_400_000,
    notAfter: now + validity,
  });
  const key: SigningKey = {
    region: ctx.region,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate,
    name: createHash("md5").update(certificate).digest("hex"),
  };
  return ctx.atomically(async (tx) => {
    const others = await tx.list(SigningKey, { index: "region", prefix: [ctx.region], limit: 1 });
    if (others.values[0] !== undefined) return others.values[0];
    tx.put(SigningKey, key);
    return key;
  });
}

/** Names and values, each on a line of its own, in the order of names; what is not there is left out. */
export function textToSign(fields: Readonly<Record<string, string | undefined>>): string {
  let text = "";
  for (const name of Object.keys(fields).sort()) {
    if (fields[name] !== undefined) text += `${name}\n${fields[name]}\n`;
  }
  return text;
}
