// Server certificates: a certificate, its chain and its private key.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { fault } from "../../core/fault.ts";
import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { ServerCertificateMetadata } from "../../model/generated/iam.d.ts";
import { cannotBeFound, iam } from "./model.ts";
import { iamArn, namedArn, nameKey } from "./name.ts";
import { type Tags, tagMap } from "./tags.ts";

export interface ServerCertificateState {
  readonly name: string;
  readonly path: string;
  /** `ASCA...` */
  readonly id: string;
  readonly body: string;
  readonly chain?: string;
  readonly privateKey: string;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  readonly expiresAt: number;
}

export const ServerCertificateRecord = defineResource<ServerCertificateState>()({
  service: "iam",
  type: "server-certificate",
  scope: "account",
  key: (certificate) => [nameKey(certificate.name)],
  arn: certificateArn,
  named: (input, place) => namedArn(place, "server-certificate", input.ServerCertificateName, input.Path),
  tags: tagMap,
});

export function certificateArn(certificate: ServerCertificateState, place: Pick<Place, "account">): string {
  return iamArn(place, "server-certificate", certificate.path, certificate.name);
}

export async function findCertificate(tx: Transaction, name: string): Promise<ServerCertificateState> {
  const certificate = await tx.get(ServerCertificateRecord, nameKey(name));
  if (certificate === undefined) throw cannotBeFound("Server Certificate", name);
  return certificate;
}

/** When the certificate ends; throws AWS's faults where it and its key are not a pair. */
export function checkPair(body: string, privateKey: string, chain: string | undefined): number {
  const certificate = parse(() => new X509Certificate(body), "certificate");
  if (chain !== undefined) parse(() => new X509Certificate(chain), "certificate chain");
  const key = parse(() => createPrivateKey(privateKey), "private key");
  if (!certificate.checkPrivateKey(key)) {
    throw fault(iam, "KeyPairMismatch", "The public key certificate and the private key do not match.");
  }
  return Date.parse(certificate.validTo);
}

function parse<T>(read: () => T, what: string): T {
  try {
    return read();
  } catch {
    throw fault(
      iam,
      "MalformedCertificate",
      `Unable to parse ${what}. Please ensure the ${what} is in PEM format.`,
    );
  }
}

export function describeCertificate(
  certificate: ServerCertificateState,
  place: Place,
): ServerCertificateMetadata {
  return {
    Path: certificate.path,
    ServerCertificateName: certificate.name,
    ServerCertificateId: certificate.id,
    Arn: certificateArn(certificate, place),
    UploadDate: certificate.uploadedAt,
    Expiration: certificate.expiresAt,
  };
}
