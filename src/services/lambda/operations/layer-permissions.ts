// AddLayerVersionPermission, RemoveLayerVersionPermission and GetLayerVersionPolicy.

import type { WritingHandler } from "../../../core/service.ts";
import type {
  AddLayerVersionPermissionRequest,
  AddLayerVersionPermissionResponse,
  GetLayerVersionPolicyRequest,
  GetLayerVersionPolicyResponse,
  RemoveLayerVersionPermissionRequest,
} from "../../../model/generated/lambda.d.ts";
import { LayerVersionRecord, layerArn } from "../code/layer.ts";
import { checkRevision, conflict, notFound } from "../model.ts";
import { policyDocument, type Statement, statementPrincipal } from "../policy.ts";
import { findLayerVersion } from "./layers.ts";

export const addLayerVersionPermission: WritingHandler<
  AddLayerVersionPermissionRequest,
  AddLayerVersionPermissionResponse
> = async (input, anyPlace) => {
  const { tx, version } = await findLayerVersion(anyPlace, input.LayerName, input.VersionNumber);
  checkRevision(input.RevisionId, version.policyRevisionId);
  if (version.statements.some(({ Sid }) => Sid === input.StatementId)) {
    throw conflict(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const added: Statement = {
    Sid: input.StatementId,
    Effect: "Allow",
    Principal: statementPrincipal(input.Principal),
    Action: input.Action,
    Resource: layerArn(tx, version.name, version.number),
    ...(input.OrganizationId === undefined
      ? {}
      : { Condition: { StringEquals: { "aws:PrincipalOrgID": input.OrganizationId } } }),
  };
  const policyRevisionId = tx.ids.uuid();
  tx.put(LayerVersionRecord, {
    ...version,
    statements: [...version.statements, added],
    policyRevisionId,
  });
  return { Statement: JSON.stringify(added), RevisionId: policyRevisionId };
};

export const removeLayerVersionPermission: WritingHandler<
  RemoveLayerVersionPermissionRequest,
  Record<string, never>
> = async (input, anyPlace) => {
  const { tx, version } = await findLayerVersion(anyPlace, input.LayerName, input.VersionNumber);
  checkRevision(input.RevisionId, version.policyRevisionId);
  const statements = version.statements.filter(({ Sid }) => Sid !== input.StatementId);
  if (statements.length === version.statements.length) {
    throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
  }
  tx.put(LayerVersionRecord, { ...version, statements, policyRevisionId: tx.ids.uuid() });
  return {};
};

export const getLayerVersionPolicy: WritingHandler<
  GetLayerVersionPolicyRequest,
  GetLayerVersionPolicyResponse
> = async (input, anyPlace) => {
  const { version } = await findLayerVersion(anyPlace, input.LayerName, input.VersionNumber);
  if (version.statements.length === 0) throw notFound("No policy is associated with the given resource.");
  return { Policy: policyDocument(version.statements), RevisionId: version.policyRevisionId };
};
