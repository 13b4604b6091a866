// Service-specific credentials of users.

import { fault } from "../../../../core/fault.ts";
import type { Operations } from "../../../../core/service.ts";
import type { Transaction } from "../../../../core/transaction.ts";
import type {
  Iam,
  ServiceSpecificCredential,
  ServiceSpecificCredentialMetadata,
} from "../../../../model/generated/iam.d.ts";
import {
  ServiceCredentialRecord,
  type ServiceCredentialState,
  serviceCredentials,
} from "../../identities/service-credential.ts";
import { findUser, givenOrCaller } from "../../identities/user.ts";
import { iam, noSuchEntity, nothing, quotaExceeded, validationError, wholeSecond } from "../../model.ts";
import { nameKey } from "../../name.ts";
import { storedPage } from "../../paging.ts";

/** Those that take a name and a password; Bedrock's keys without names are not there yet. */
const services = ["codecommit.amazonaws.com", "cassandra.amazonaws.com"];
const credentialsPerService = 2;
const passwordBytes = 33;

export const serviceCredentialOperations = {
  CreateServiceSpecificCredential: async (input, tx) => {
    const user = await findUser(tx, input.UserName);
    const service = input.ServiceName;
    if (!services.includes(service)) {
      throw fault(
        iam,
        "NotSupportedService",
        `No such service ${service} is supported for Service Specific Credentials`,
      );
    }
    const present = (await serviceCredentials(tx, user.name)).filter((other) => other.service === service);
    if (present.length >= credentialsPerService) {
      throw quotaExceeded("ServiceSpecificCredentialsPerUser", credentialsPerService);
    }
    const base = `${user.name}-at-${tx.account}`;
    const isTaken = present.some((other) => other.serviceUserName === base);
    const credential: ServiceCredentialState = {
      user: user.name,
      id: tx.ids.unique("ACCA"),
      service,
      serviceUserName: isTaken ? `${user.name}+1-at-${tx.account}` : base,
      password: newPassword(tx),
      status: "Active",
      createdAt: wholeSecond(tx.now),
    };
    tx.put(ServiceCredentialRecord, credential);
    return { ServiceSpecificCredential: describeSecret(credential) };
  },

  ListServiceSpecificCredentials: async (input, tx) => {
    const user = input.AllUsers === true ? undefined : await givenOrCaller(tx, input.UserName);
    const { values, end } = await storedPage(
      tx,
      ServiceCredentialRecord,
      input,
      { prefix: user === undefined ? [] : [nameKey(user.name)] },
      ({ service }) => input.ServiceName === undefined || input.ServiceName === service,
    );
    return { ServiceSpecificCredentials: values.map(describe), ...end };
  },

  ResetServiceSpecificCredential: async (input, tx) => {
    const credential = { ...(await find(tx, input)), password: newPassword(tx) };
    tx.put(ServiceCredentialRecord, credential);
    return { ServiceSpecificCredential: describeSecret(credential) };
  },

  UpdateServiceSpecificCredential: async (input, tx) => {
    const status = input.Status;
    if (status === "Expired") throw validationError("A credential can be made Active or Inactive.");
    tx.put(ServiceCredentialRecord, { ...(await find(tx, input)), status });
    return nothing;
  },

  DeleteServiceSpecificCredential: async (input, tx) => {
    const { user, id } = await find(tx, input);
    tx.delete(ServiceCredentialRecord, nameKey(user), id);
    return nothing;
  },
} satisfies Operations<Iam>;

function newPassword(tx: Transaction): string {
  return Buffer.from(tx.ids.bytes(passwordBytes)).toString("base64");
}

async function find(
  tx: Transaction,
  input: { readonly UserName?: string | undefined; readonly ServiceSpecificCredentialId: string },
): Promise<ServiceCredentialState> {
  const user = await givenOrCaller(tx, input.UserName);
  const id = input.ServiceSpecificCredentialId;
  const credential = await tx.get(ServiceCredentialRecord, nameKey(user.name), id);
  if (credential === undefined) throw noSuchEntity(`No such credential ${id} exists`);
  return credential;
}

function describe(credential: ServiceCredentialState): ServiceSpecificCredentialMetadata {
  return {
    UserName: credential.user,
    Status: credential.status,
    ServiceUserName: credential.serviceUserName,
    CreateDate: credential.createdAt,
    ServiceSpecificCredentialId: credential.id,
    ServiceName: credential.service,
  };
}

/** The password is shown when it is made, and never again. */
function describeSecret(credential: ServiceCredentialState): ServiceSpecificCredential {
  return { ...describe(credential), ServicePassword: credential.password };
}
