// AddPermission, RemovePermission and GetPolicy.

import { fault } from "../../../core/fault.ts";
import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from "../../../model/generated/lambda.d.ts";
import { checkRevision, conflict, invalid, lambda, notFound } from "../model.ts";
import { type FunctionReference, functionReference } from "../name.ts";
import { type Policy, PolicyRecord, policyDocument, type Statement, statementPrincipal } from "../policy.ts";
import { findTarget } from "../target.ts";

const largestPolicyBytes = 20_480;

export const addPermission: WritingHandler<AddPermissionRequest, AddPermissionResponse> = async (
  input,
  anyPlace,
) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  const { arn } = await findTarget(tx, reference);
  if (reference.qualifier === "$LATEST") {
    throw invalid("We currently do not support adding policies for $LATEST.");
  }
  const policy = await find(tx, reference);
  checkRevision(input.RevisionId, policy?.revisionId ?? "");
  const statements = policy?.statements ?? [];
  if (statements.some(({ Sid }) => Sid === input.StatementId)) {
    throw conflict(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const added: Statement = {
    Sid: input.StatementId,
    Effect: "Allow",
    Principal: statementPrincipal(input.Principal),
    Action: input.Action,
    Resource: arn,
    ...condition(input),
  };
  const all = [...statements, added];
  const size = Buffer.byteLength(policyDocument(all));
  if (size > largestPolicyBytes) {
    throw fault(
      lambda,
      "PolicyLengthExceededException",
      `The final policy size (${size}) is bigger than the limit (${largestPolicyBytes}).`,
    );
  }
  tx.put(PolicyRecord, {
    functionName: reference.name,
    qualifier: reference.qualifier ?? "",
    statements: all,
    revisionId: tx.ids.uuid(),
  });
  return { Statement: JSON.stringify(added) };
};

/** AWS spells the keys as it does: two of them in capitals. */
function condition(input: AddPermissionRequest): Pick<Statement, "Condition"> {
  const equals = {
    ...(input.SourceAccount === undefined ? {} : { "AWS:SourceAccount": input.SourceAccount }),
    ...(input.PrincipalOrgID === undefined ? {} : { "aws:PrincipalOrgID": input.PrincipalOrgID }),
    ...(input.EventSourceToken === undefined ? {} : { "lambda:EventSourceToken": input.EventSourceToken }),
    ...(input.FunctionUrlAuthType === undefined
      ? {}
      : { "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType }),
  };
  const Condition = {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl === undefined
      ? {}
      : { Bool: { "lambda:InvokedViaFunctionUrl": String(input.InvokedViaFunctionUrl) } }),
  };
  return Object.keys(Condition).length === 0 ? {} : { Condition };
}

export const removePermission: WritingHandler<RemovePermissionRequest, Record<string, never>> = async (
  input,
  anyPlace,
) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  await findTarget(tx, reference);
  const policy = await find(tx, reference);
  if (policy === undefined) throw notFound("No policy is associated with the given resource.");
  checkRevision(input.RevisionId, policy.revisionId);
  const statements = policy.statements.filter(({ Sid }) => Sid !== input.StatementId);
  if (statements.length === policy.statements.length) {
    throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
  }
  if (statements.length === 0) tx.delete(PolicyRecord, policy.functionName, policy.qualifier);
  else tx.put(PolicyRecord, { ...policy, statements, revisionId: tx.ids.uuid() });
  return {};
};

export const getPolicy: WritingHandler<GetPolicyRequest, GetPolicyResponse> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace, input.Qualifier);
  const tx = anyPlace.at(reference);
  await findTarget(tx, reference);
  const policy = await find(tx, reference);
  if (policy === undefined) throw notFound("The resource you requested does not exist.");
  return { Policy: policyDocument(policy.statements), RevisionId: policy.revisionId };
};

function find(tx: Transaction, reference: FunctionReference): Promise<Policy | undefined> {
  return tx.get(PolicyRecord, reference.name, reference.qualifier ?? "");
}
