// What is asked of the account rather than of a stack: its limits, whether its
// organization may be used, what a template would cost.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
  DescribeOrganizationsAccessInput,
  DescribeOrganizationsAccessOutput,
  EstimateTemplateCostInput,
  EstimateTemplateCostOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { validationError } from "../model.ts";
import { templateText } from "../templates/source.ts";
import { plan } from "../templates/target.ts";

/** AWS's defaults. */
const limits = [
  { Name: "StackLimit", Value: 2000 },
  { Name: "StackOutputsLimit", Value: 200 },
  { Name: "ConcurrentResourcesLimit", Value: 2500 },
];

export async function describeAccountLimits(
  _input: DescribeAccountLimitsInput,
  _tx: Transaction,
): Promise<DescribeAccountLimitsOutput> {
  return { AccountLimits: limits };
}

/** There are no organizations, so nobody can have enabled the access. */
export async function describeOrganizationsAccess(
  _input: DescribeOrganizationsAccessInput,
  _tx: Transaction,
): Promise<DescribeOrganizationsAccessOutput> {
  return { Status: "DISABLED" };
}

/** The template is checked with its parameters; the address is AWS's calculator's, which knows nothing of it. */
export async function estimateTemplateCost(
  input: EstimateTemplateCostInput,
  ctx: Waiting,
): Promise<EstimateTemplateCostOutput> {
  const text = await templateText(ctx, input);
  if (text === undefined) throw validationError("Either Template URL or Template Body must be specified.");
  const identity = { id: "", name: "" };
  await plan(ctx, text, { Parameters: input.Parameters }, identity, { acknowledged: "nothing" });
  return { Url: `http://calculator.s3.amazonaws.com/calc5.html?key=cf-${ctx.ids.uuid()}` };
}
