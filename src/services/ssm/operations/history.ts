// GetParameterHistory: all versions that are kept, a hundred at most. The token
// is the last version shown.

import { fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
} from "../../../model/generated/ssm.d.ts";
import { ssm } from "../model.ts";
import { parameterArn } from "../parameters/name.ts";
import { EarlierVersion, labelsOf, openParameter } from "../parameters/parameter.ts";
import { shownValue, showVersion } from "../parameters/shown.ts";

const defaultPage = 50;

export async function getParameterHistory(
  { Name, WithDecryption = false, MaxResults = defaultPage, NextToken }: GetParameterHistoryRequest,
  ctx: Waiting,
): Promise<GetParameterHistoryResult> {
  if (NextToken !== undefined && !/^\d+$/.test(NextToken)) {
    throw fault(ssm, "InvalidNextToken", "The specified token isn't valid.");
  }
  const { parameter, versions } = await ctx.atomically(async (caller) => {
    const open = await openParameter(caller, Name, "GetParameterHistory");
    const earlier = await open.tx.all(EarlierVersion, [open.parameter.name]);
    return { parameter: open.parameter, versions: [...earlier, open.parameter] };
  });
  const arn = parameterArn(parameter.name, parameter);
  const rest = versions.filter(({ version }) => version > Number(NextToken ?? 0));
  const page = rest.slice(0, MaxResults);
  const Parameters = await Promise.all(
    page.map(async (version) => ({
      ...showVersion(version),
      Value: await shownValue(ctx, arn, version, WithDecryption),
      Labels: labelsOf(parameter, version.version),
    })),
  );
  return {
    Parameters,
    ...(page.length < rest.length && { NextToken: String(page.at(-1)?.version) }),
  };
}
