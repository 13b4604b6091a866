// Registries: named sets of schemas. What discoverers find goes to one of a
// fixed name.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { notFound } from "./model.ts";

export interface RegistryState {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly policy?: { readonly text: string; readonly revisionId: string } | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const Registry = defineResource<RegistryState>()({
  service: "schemas",
  type: "registry",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
  tags: ({ tags }) => tags,
});

export const discoveredRegistry = "discovered-schemas";

export function registryArn({ region, account }: Place, name: string): string {
  return `arn:aws:schemas:${region}:${account}:registry/${name}`;
}

export async function openRegistry(tx: Transaction, name: string): Promise<RegistryState> {
  const registry = await tx.get(Registry, name);
  if (registry === undefined) throw notFound(`Registry with name ${name} does not exist.`);
  return registry;
}
