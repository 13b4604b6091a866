// Client certificates: generate, get, list, update, delete.

import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { selfSigned } from "../../../base/self-signed.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ClientCertificate } from "../../../model/generated/apigateway.d.ts";
import { ClientCertificateRecord, type ClientCertificateState } from "../client-certificate.ts";
import { dateOf, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";
import { shownPage } from "./page.ts";

const validity = 365 * 86_400_000;

export async function generateClientCertificate(
  { description, tags }: Input<"GenerateClientCertificate">,
  ctx: Waiting,
): Promise<Output<"GenerateClientCertificate">> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return ctx.atomically(async (tx) => {
    const certificate: ClientCertificateState = {
      clientCertificateId: tx.ids.lower(6),
      description,
      pemEncodedCertificate: selfSigned({
        privateKey,
        name: "ApiGateway",
        serial: tx.ids.bytes(8),
        notBefore: tx.now,
        notAfter: tx.now + validity,
      }),
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      createdDate: dateOf(tx),
      expirationDate: dateOf(tx) + validity,
      tags,
    };
    tx.put(ClientCertificateRecord, certificate);
    return shown(certificate);
  });
}

async function open(tx: Transaction, id: string): Promise<ClientCertificateState> {
  const certificate = await tx.get(ClientCertificateRecord, id);
  if (certificate === undefined) throw notFound("Invalid Client Certificate identifier specified");
  return certificate;
}

export async function getClientCertificate(
  { clientCertificateId }: Input<"GetClientCertificate">,
  tx: Transaction,
): Promise<Output<"GetClientCertificate">> {
  return shown(await open(tx, clientCertificateId));
}

export async function getClientCertificates(
  input: Input<"GetClientCertificates">,
  tx: Transaction,
): Promise<Output<"GetClientCertificates">> {
  return shownPage(tx, ClientCertificateRecord, input, shown);
}

const rules = patchTable([replaceable("/description", text)]);

export async function updateClientCertificate(
  { clientCertificateId, patchOperations }: Input<"UpdateClientCertificate">,
  tx: Transaction,
): Promise<Output<"UpdateClientCertificate">> {
  const certificate = patched(await open(tx, clientCertificateId), patchOperations, rules);
  tx.put(ClientCertificateRecord, certificate);
  return shown(certificate);
}

export async function deleteClientCertificate(
  { clientCertificateId }: Input<"DeleteClientCertificate">,
  tx: Transaction,
): Promise<Output<"DeleteClientCertificate">> {
  await open(tx, clientCertificateId);
  tx.delete(ClientCertificateRecord, clientCertificateId);
  return {};
}

function shown({ privateKey: _secret, ...certificate }: ClientCertificateState): ClientCertificate {
  return certificate;
}
