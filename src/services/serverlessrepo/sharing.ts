// Who may do what with an application: its owner everything, others what a
// statement of its policy allows to their account or to everybody.

import { fault } from "../../core/fault.ts";
import type { Transaction } from "../../core/transaction.ts";
import { badRequest, serverlessrepo } from "./model.ts";

export interface Statement {
  readonly id: string;
  readonly actions: readonly string[];
  readonly principals: readonly string[];
  readonly organizations?: readonly string[] | undefined;
}

/** `Deploy` stands for all that a consumer needs. */
const deployActions = [
  "GetApplication",
  "CreateCloudFormationChangeSet",
  "CreateCloudFormationTemplate",
  "GetCloudFormationTemplate",
  "ListApplicationVersions",
  "ListApplicationDependencies",
  "SearchApplications",
] as const;

/** What only the owner may do is in no policy. */
export type Action = (typeof deployActions)[number] | "owner";

const grantable: ReadonlySet<string> = new Set([...deployActions, "Deploy", "UnshareApplication"]);

export function checkShared(
  { arn, statements }: { readonly arn: string; readonly statements: readonly Statement[] },
  action: Action,
  owner: string,
  { principal, account, operation }: Transaction,
): void {
  if (account === owner) return;
  const allowed =
    action !== "owner" &&
    statements.some(
      ({ actions, principals, organizations = [] }) =>
        organizations.length === 0 &&
        (principals.includes("*") || principals.includes(account)) &&
        (actions.includes("Deploy") || actions.includes(action)),
    );
  if (!allowed)
    throw fault(
      serverlessrepo,
      "AccessDeniedException",
      `User: ${principal.arn} is not authorized to perform: serverlessrepo:${operation ?? action} on resource: ${arn}`,
    );
}

interface GivenStatement {
  readonly Actions: readonly string[];
  readonly PrincipalOrgIDs?: readonly string[] | undefined;
  readonly Principals: readonly string[];
  readonly StatementId?: string | undefined;
}

const maximumStatements = 100;

export function statementOf(given: GivenStatement, ids: Transaction["ids"]): Statement {
  const { Actions, Principals, PrincipalOrgIDs, StatementId } = given;
  for (const action of Actions) {
    if (!grantable.has(action)) throw badRequest(`Unsupported action '${action}' in the policy statement.`);
  }
  for (const principal of Principals) {
    if (principal !== "*" && !/^\d{12}$/.test(principal))
      throw badRequest(`Invalid principal '${principal}' in the policy statement.`);
  }
  if (Actions.length === 0) throw badRequest("Actions of a policy statement must not be empty.");
  if (Principals.length === 0) throw badRequest("Principals of a policy statement must not be empty.");
  if (PrincipalOrgIDs !== undefined && !Principals.includes("*"))
    throw badRequest("Principals must be '*' where PrincipalOrgIDs are given.");
  return {
    id: StatementId ?? ids.uuid(),
    actions: Actions,
    principals: Principals,
    organizations: PrincipalOrgIDs,
  };
}

export function checkStatements(statements: readonly Statement[]): void {
  if (statements.length > maximumStatements)
    throw badRequest(`A policy has at most ${maximumStatements} statements.`);
  if (new Set(statements.map(({ id }) => id)).size < statements.length)
    throw badRequest("Statement ids of a policy must differ.");
}

export function shownStatement({ id, actions, principals, organizations }: Statement): GivenStatement {
  return {
    Actions: actions,
    Principals: principals,
    ...(organizations === undefined ? {} : { PrincipalOrgIDs: organizations }),
    StatementId: id,
  };
}
