// Client certificates: what a stage shows to the HTTP servers behind it, so
// that they know who calls.

import { defineResource } from "../../core/resource.ts";

export interface ClientCertificateState {
  readonly clientCertificateId: string;
  readonly description?: string | undefined;
  readonly pemEncodedCertificate: string;
  /** In PEM (PKCS 8); never shown. */
  readonly privateKey: string;
  readonly createdDate: number;
  readonly expirationDate: number;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const ClientCertificateRecord = defineResource<ClientCertificateState>()({
  service: "apigateway",
  type: "clientcertificate",
  key: (certificate) => [certificate.clientCertificateId],
  arn: (certificate, at) =>
    `arn:aws:apigateway:${at.region}::/clientcertificates/${certificate.clientCertificateId}`,
  tags: (certificate) => certificate.tags ?? {},
});
