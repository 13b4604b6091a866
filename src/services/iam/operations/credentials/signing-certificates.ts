// X.509 signing certificates of users.

import { fault } from "../../../../core/fault.ts";
import type { Operations } from "../../../../core/service.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type { Iam, SigningCertificate } from "../../../../model/generated/iam.d.ts";
import {
  certificateFingerprint,
  SigningCertificateRecord,
  type SigningCertificateState,
  signingCertificates,
} from "../../identities/signing-certificate.ts";
import { givenOrCaller } from "../../identities/user.ts";
import { cannotBeFound, iam, nothing, quotaExceeded, validationError, wholeSecond } from "../../model.ts";
import { nameKey } from "../../name.ts";
import { storedPage } from "../../paging.ts";

const certificatesPerUser = 2;

export const signingCertificateOperations = {
  UploadSigningCertificate: async (input, tx) => {
    const user = await givenOrCaller(tx, input.UserName);
    const print = certificateFingerprint(input.CertificateBody);
    const present = await signingCertificates(tx, user.name);
    if (present.some((certificate) => certificateFingerprint(certificate.body) === print)) {
      throw fault(iam, "DuplicateCertificate", "The certificate is already associated with the user.");
    }
    if (present.length >= certificatesPerUser)
      throw quotaExceeded("CertificatesPerUser", certificatesPerUser);
    const certificate: SigningCertificateState = {
      user: user.name,
      id: tx.ids.unique("", 32),
      body: input.CertificateBody,
      status: "Active",
      uploadedAt: wholeSecond(tx.now),
    };
    tx.put(SigningCertificateRecord, certificate);
    return { Certificate: describe(certificate) };
  },

  ListSigningCertificates: async (input, tx) => {
    const user = await givenOrCaller(tx, input.UserName);
    const prefix = [nameKey(user.name)];
    const { values, end } = await storedPage(tx, SigningCertificateRecord, input, { prefix });
    return { Certificates: values.map(describe), ...end };
  },

  UpdateSigningCertificate: async (input, tx) => {
    const status = input.Status;
    if (status === "Expired") throw validationError("A signing certificate can be made Active or Inactive.");
    tx.put(SigningCertificateRecord, { ...(await find(tx, input)), status });
    return nothing;
  },

  DeleteSigningCertificate: async (input, tx) => {
    const { user, id } = await find(tx, input);
    tx.delete(SigningCertificateRecord, nameKey(user), id);
    return nothing;
  },
} satisfies Operations<Iam>;

async function find(
  tx: Transaction,
  input: { readonly UserName?: string | undefined; readonly CertificateId: string },
): Promise<SigningCertificateState> {
  const user = await givenOrCaller(tx, input.UserName);
  const certificate = await tx.get(SigningCertificateRecord, nameKey(user.name), input.CertificateId);
  if (certificate === undefined) throw cannotBeFound("Certificate", input.CertificateId);
  return certificate;
}

function describe(certificate: SigningCertificateState): SigningCertificate {
  return {
    UserName: certificate.user,
    CertificateId: certificate.id,
    CertificateBody: certificate.body,
    Status: certificate.status,
    UploadDate: certificate.uploadedAt,
  };
}
