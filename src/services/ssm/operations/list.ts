// DescribeParameters and GetParametersByPath.

import { notImplemented } from "../../../core/fault.ts";
import type { ListOptions, Page, Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
} from "../../../model/generated/ssm.d.ts";
import { validation } from "../model.ts";
import { checkAccess } from "../parameters/access.ts";
import {
  badPath,
  type Matches,
  matching,
  readFilters,
  readOldFilters,
  under,
  within,
} from "../parameters/filter.ts";
import { parameterArn } from "../parameters/name.ts";
import { Parameter, type ParameterState, versionOf } from "../parameters/parameter.ts";
import { type Found, showMetadata, showParameter } from "../parameters/shown.ts";

/** Read in one go for one page: a filter that lets few through may answer a short page, and a token. */
const mostRead = 1000;

async function listMatching(
  tx: Transaction,
  options: ListOptions,
  matches: Matches,
  wanted: number,
): Promise<Page<ParameterState>> {
  const found: ParameterState[] = [];
  let { cursor } = options;
  for (let read = 0; read < mostRead; ) {
    const limit = wanted - found.length;
    const page = await tx.list(Parameter, { ...options, cursor, limit });
    read += limit;
    found.push(...page.values.filter(matches));
    cursor = page.cursor;
    if (cursor === undefined || found.length === wanted) break;
  }
  return { values: found, ...(cursor !== undefined && { cursor }) };
}

export async function describeParameters(
  { Filters, ParameterFilters, MaxResults = 50, NextToken: cursor, Shared }: DescribeParametersRequest,
  tx: Transaction,
): Promise<DescribeParametersResult> {
  if (Shared === true) throw notImplemented("ssm", "the parameter Shared");
  if (Filters !== undefined && ParameterFilters !== undefined) {
    throw validation("You can use either Filters or ParameterFilters in a single request.");
  }
  const filters = [...readOldFilters(Filters), ...readFilters(ParameterFilters, "DescribeParameters")];
  const page = await listMatching(tx, { ...within(filters), cursor }, matching(filters), MaxResults);
  return { Parameters: page.values.map(showMetadata), NextToken: page.cursor };
}

export async function getParametersByPath(
  input: GetParametersByPathRequest,
  ctx: Waiting,
): Promise<GetParametersByPathResult> {
  const { Path, Recursive = false, WithDecryption = false, MaxResults = 10, NextToken: cursor } = input;
  if (!/^\/[a-zA-Z0-9_.\-/]*$/.test(Path) || Path.includes("//")) throw validation(badPath);
  const filters = readFilters(input.ParameterFilters, "GetParametersByPath");
  const label = filters.find(({ key }) => key === "Label")?.values[0];
  const { found, NextToken } = await ctx.atomically(async (tx) => {
    const page = await listMatching(tx, { ...under(Path, Recursive), cursor }, matching(filters), MaxResults);
    const found: Found[] = [];
    for (const parameter of page.values) {
      checkAccess(tx, parameter, "GetParametersByPath");
      const version = label === undefined ? parameter.version : parameter.labels[label];
      const labelled = version === undefined ? undefined : await versionOf(tx, parameter, version);
      found.push({
        version: labelled ?? parameter,
        arn: parameterArn(parameter.name, parameter),
        shared: false,
        ...(label !== undefined && { selector: label }),
      });
    }
    return { found, NextToken: page.cursor };
  });
  const Parameters = await Promise.all(found.map((each) => showParameter(ctx, each, WithDecryption)));
  return { Parameters, NextToken };
}
