// Server certificates.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { alreadyExists, nothing, wholeSecond } from "../model.ts";
import { nameKey } from "../name.ts";
import { storedPage, underPath } from "../paging.ts";
import {
  checkPair,
  describeCertificate,
  findCertificate,
  ServerCertificateRecord,
  type ServerCertificateState,
} from "../server-certificate.ts";
import { describeTags, newTags } from "../tags.ts";

export const serverCertificateOperations = {
  UploadServerCertificate: async (input, tx) => {
    await checkFree(tx, input.ServerCertificateName);
    const certificate: ServerCertificateState = {
      name: input.ServerCertificateName,
      path: input.Path ?? "/",
      id: tx.ids.unique("ASCA"),
      body: input.CertificateBody.trim(),
      ...(input.CertificateChain === undefined ? {} : { chain: input.CertificateChain.trim() }),
      privateKey: input.PrivateKey,
      tags: newTags(input.Tags),
      uploadedAt: wholeSecond(tx.now),
      expiresAt: checkPair(input.CertificateBody, input.PrivateKey, input.CertificateChain),
    };
    tx.put(ServerCertificateRecord, certificate);
    return {
      ServerCertificateMetadata: describeCertificate(certificate, tx),
      ...describeTags(certificate.tags),
    };
  },

  GetServerCertificate: async (input, tx) => {
    const certificate = await findCertificate(tx, input.ServerCertificateName);
    return {
      ServerCertificate: {
        ServerCertificateMetadata: describeCertificate(certificate, tx),
        CertificateBody: certificate.body,
        ...(certificate.chain === undefined ? {} : { CertificateChain: certificate.chain }),
        ...describeTags(certificate.tags),
      },
    };
  },

  ListServerCertificates: async (input, tx) => {
    const { values, end } = await storedPage(
      tx,
      ServerCertificateRecord,
      input,
      {},
      underPath(input.PathPrefix),
    );
    return {
      ServerCertificateMetadataList: values.map((certificate) => describeCertificate(certificate, tx)),
      ...end,
    };
  },

  UpdateServerCertificate: async (input, tx) => {
    const certificate = await findCertificate(tx, input.ServerCertificateName);
    const name = input.NewServerCertificateName ?? certificate.name;
    if (nameKey(name) !== nameKey(certificate.name)) {
      await checkFree(tx, name);
      tx.delete(ServerCertificateRecord, nameKey(certificate.name));
    }
    tx.put(ServerCertificateRecord, { ...certificate, name, path: input.NewPath ?? certificate.path });
    return nothing;
  },

  DeleteServerCertificate: async (input, tx) => {
    const { name } = await findCertificate(tx, input.ServerCertificateName);
    tx.delete(ServerCertificateRecord, nameKey(name));
    return nothing;
  },
} satisfies Operations<Iam>;

async function checkFree(tx: Transaction, name: string): Promise<void> {
  if ((await tx.get(ServerCertificateRecord, nameKey(name))) === undefined) return;
  throw alreadyExists(`The Server Certificate with name ${name} already exists.`);
}
