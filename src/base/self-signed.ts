// A self-signed certificate: one fixed shape of X.509, enough to carry a key. A
// library for all of it would weigh five megabytes.

import { createPublicKey, type KeyObject, sign } from "node:crypto";

export interface CertificateOptions {
  readonly privateKey: KeyObject;
  /** `sns.us-east-1.amazonaws.com`. */
  readonly name: string;
  readonly serial: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
}

const sha256WithRsa = "06092a864886f70d01010b";
const commonName = "0603550403";
const subjectAltName = "0603551d11";

const algorithm = (): Buffer => sequence(Buffer.from(sha256WithRsa, "hex"), tagged(0x05, Buffer.alloc(0)));

/** In PEM. */
export function selfSigned(options: CertificateOptions): string {
  const { privateKey, name } = options;
  const subject = sequence(
    tagged(0x31, sequence(Buffer.from(commonName, "hex"), tagged(0x0c, Buffer.from(name)))),
  );
  const names = sequence(tagged(0x82, Buffer.from(name)));
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    // A positive number: its first bit is clear, its first byte is not zero.
    tagged(0x02, Buffer.concat([Buffer.of(0x40), options.serial])),
    algorithm(),
    subject,
    sequence(time(options.notBefore), time(options.notAfter)),
    subject,
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(sequence(Buffer.from(subjectAltName, "hex"), tagged(0x04, names)))),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const certificate = sequence(
    toBeSigned,
    algorithm(),
    tagged(0x03, Buffer.concat([Buffer.of(0), signature])),
  );
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Uint8Array): Buffer {
  const length = content.length;
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...bytes), content]);
}

/** UTCTime up to 2049, GeneralizedTime from then on. */
function time(at: number): Buffer {
  const digits = `${new Date(at).toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
  return digits < "2050" ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}
