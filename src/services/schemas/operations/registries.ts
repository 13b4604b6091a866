// Registries: create, describe, list, update, delete, and their policies.

import type { Transaction } from "../../../core/transaction.ts";
import {
  badRequest,
  conflict,
  type Input,
  nextToken,
  notFound,
  nothing,
  type Output,
  preconditionFailed,
  shownTags,
} from "../model.ts";
import { openRegistry, Registry, type RegistryState, registryArn } from "../registry.ts";
import { Schema, Version } from "../schema.ts";

const reservedPrefix = /^aws\./;

export async function createRegistry(
  { RegistryName, Description, Tags = {} }: Input<"CreateRegistry">,
  tx: Transaction,
): Promise<Output<"CreateRegistry">> {
  if (reservedPrefix.test(RegistryName)) {
    throw badRequest("Registry name must not start with the reserved prefix aws.");
  }
  if ((await tx.get(Registry, RegistryName)) !== undefined) {
    throw conflict(`Registry with name ${RegistryName} already exists.`);
  }
  const registry: RegistryState = {
    name: RegistryName,
    arn: registryArn(tx, RegistryName),
    description: Description,
    tags: Tags,
  };
  tx.put(Registry, registry);
  return described(registry);
}

export async function describeRegistry(
  { RegistryName }: Input<"DescribeRegistry">,
  tx: Transaction,
): Promise<Output<"DescribeRegistry">> {
  return described(await openRegistry(tx, RegistryName));
}

export async function updateRegistry(
  { RegistryName, Description }: Input<"UpdateRegistry">,
  tx: Transaction,
): Promise<Output<"UpdateRegistry">> {
  const registry = await openRegistry(tx, RegistryName);
  const changed = { ...registry, description: Description ?? registry.description };
  tx.put(Registry, changed);
  return described(changed);
}

export async function listRegistries(
  { RegistryNamePrefix, NextToken, Limit = 100, Scope }: Input<"ListRegistries">,
  tx: Transaction,
): Promise<Output<"ListRegistries">> {
  // AWS's own registry of its services' schemas is not part of Cumulet.
  if (Scope?.toUpperCase() === "AWS") return { Registries: [] };
  const page = await tx.list(Registry, { startsWith: RegistryNamePrefix, cursor: NextToken, limit: Limit });
  return {
    Registries: page.values.map(({ arn, name, tags }) => ({
      RegistryArn: arn,
      RegistryName: name,
      ...shownTags(tags),
    })),
    ...nextToken(page),
  };
}

export async function deleteRegistry(
  { RegistryName }: Input<"DeleteRegistry">,
  tx: Transaction,
): Promise<Output<"DeleteRegistry">> {
  await openRegistry(tx, RegistryName);
  for (const { name } of await tx.all(Schema, [RegistryName])) {
    for (const { version } of await tx.all(Version, [RegistryName, name])) {
      tx.delete(Version, RegistryName, name, version);
    }
    tx.delete(Schema, RegistryName, name);
  }
  tx.delete(Registry, RegistryName);
  return nothing;
}

function described(registry: RegistryState) {
  return {
    ...(registry.description === undefined ? {} : { Description: registry.description }),
    RegistryArn: registry.arn,
    RegistryName: registry.name,
    ...shownTags(registry.tags),
  };
}

function named(given: string | undefined): string {
  if (given === undefined) throw badRequest("RegistryName is required.");
  return given;
}

export async function putResourcePolicy(
  { RegistryName, Policy, RevisionId }: Input<"PutResourcePolicy">,
  tx: Transaction,
): Promise<Output<"PutResourcePolicy">> {
  const registry = await openRegistry(tx, named(RegistryName));
  if (RevisionId !== undefined && RevisionId !== registry.policy?.revisionId) {
    throw preconditionFailed("The RevisionId provided does not match the current one.");
  }
  try {
    JSON.parse(Policy);
  } catch {
    throw badRequest("The policy is not valid JSON.");
  }
  const policy = { text: Policy, revisionId: tx.ids.uuid() };
  tx.put(Registry, { ...registry, policy });
  return { Policy, RevisionId: policy.revisionId };
}

export async function getResourcePolicy(
  { RegistryName }: Input<"GetResourcePolicy">,
  tx: Transaction,
): Promise<Output<"GetResourcePolicy">> {
  const { policy, name } = await openRegistry(tx, named(RegistryName));
  if (policy === undefined) throw notFound(`Registry with name ${name} has no policy.`);
  return { Policy: policy.text, RevisionId: policy.revisionId };
}

export async function deleteResourcePolicy(
  { RegistryName }: Input<"DeleteResourcePolicy">,
  tx: Transaction,
): Promise<Output<"DeleteResourcePolicy">> {
  const registry = await openRegistry(tx, named(RegistryName));
  tx.put(Registry, { ...registry, policy: undefined });
  return nothing;
}
