// DescribeSecret and ListSecrets.

import { notImplemented } from "../../../core/fault.ts";
import type { Page, Transaction } from "../../../core/transaction.ts";
import type {
  DescribeSecretRequest,
  DescribeSecretResponse,
  Filter,
  ListSecretsRequest,
  ListSecretsResponse,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter } from "../model.ts";
import { lastAccess } from "../secrets/last-access.ts";
import { openSecret, Secret, type SecretState } from "../secrets/secret.ts";
import { showListed, showReplicas, showSecret } from "../secrets/shown.ts";
import { stagesByVersion } from "../secrets/versions.ts";

export async function describeSecret(
  { SecretId }: DescribeSecretRequest,
  caller: Transaction,
): Promise<DescribeSecretResponse> {
  const { secret, tx } = await openSecret(caller, SecretId, "DescribeSecret");
  return {
    ...showSecret(secret, await lastAccess(tx, secret.arn)),
    VersionIdsToStages: stagesByVersion(secret.versions),
    ReplicationStatus: showReplicas(secret),
  };
}

export async function listSecrets(input: ListSecretsRequest, tx: Transaction): Promise<ListSecretsResponse> {
  const { values, cursor } = await listMatching(tx, input);
  const SecretList = [];
  for (const secret of values) SecretList.push(showListed(secret, await lastAccess(tx, secret.arn)));
  return { SecretList, NextToken: cursor };
}

const defaultPage = 100;
/** Read in one go for one page: a filter that lets few through may answer a short page. */
const mostRead = 1000;

const indexes = { "created-date": "created", "last-changed-date": "changed", name: undefined } as const;

export async function listMatching(
  tx: Transaction,
  {
    Filters,
    IncludePlannedDeletion,
    MaxResults = defaultPage,
    NextToken,
    SortBy,
    SortOrder,
  }: ListSecretsRequest,
): Promise<Page<SecretState>> {
  if (SortBy === "last-accessed-date") throw notImplemented("secretsmanager", `SortBy ${SortBy}`);
  const matches = (Filters ?? []).map(filterTest);
  const index = indexes[SortBy ?? "created-date"];
  // As AWS does, the newest first.
  const reverse = SortOrder === undefined ? SortBy !== "name" : SortOrder === "desc";
  const found: SecretState[] = [];
  let cursor = NextToken;
  for (let read = 0; read < mostRead; ) {
    const limit = MaxResults - found.length;
    const page = await tx.list(Secret, { ...(index !== undefined && { index }), reverse, cursor, limit });
    read += limit;
    for (const secret of page.values) {
      if (secret.deletionAt !== undefined && IncludePlannedDeletion !== true) continue;
      if (matches.every((matching) => matching(secret))) found.push(secret);
    }
    cursor = page.cursor;
    if (cursor === undefined || found.length === MaxResults) break;
  }
  return { values: found, ...(cursor !== undefined && { cursor }) };
}

/** One of the values, where `!` turns one round. Names and tag keys begin with it, in their case; words in the others. */
function filterTest({ Key: key, Values: values = [] }: Filter): (secret: SecretState) => boolean {
  if (key === undefined) throw invalidParameter("A filter needs a Key.");
  if (values.length === 0) throw invalidParameter(`The filter ${key} needs Values.`);
  const tests = values.map((value) => {
    const negated = value.startsWith("!");
    const wanted = negated ? value.slice(1) : value;
    return (secret: SecretState) => textsOf(secret, key).some((text) => fits(text, wanted, key)) !== negated;
  });
  return (secret) => tests.some((test) => test(secret));
}

function textsOf(
  { name, description, tags, primaryRegion, owningService }: SecretState,
  key: NonNullable<Filter["Key"]>,
): readonly string[] {
  switch (key) {
    case "name":
      return [name];
    case "description":
      return [description ?? ""];
    case "tag-key":
      return Object.keys(tags);
    case "tag-value":
      return Object.values(tags);
    case "primary-region":
      return primaryRegion === undefined ? [] : [primaryRegion];
    case "owning-service":
      return owningService === undefined ? [] : [owningService];
    default:
      return [name, description ?? "", ...Object.keys(tags), ...Object.values(tags)];
  }
}

function fits(text: string, wanted: string, key: NonNullable<Filter["Key"]>): boolean {
  if (key !== "all" && key !== "description") return text.startsWith(wanted);
  const words = text.toLowerCase().split(/[ /_+=.@-]+/);
  return wanted
    .toLowerCase()
    .split(/[ /_+=.@-]+/)
    .every((word) => words.some((each) => each.startsWith(word)));
}
