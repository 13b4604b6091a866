// Who an application is shared with: the policy as a whole, and its withdrawal from
// one organization.

import type { Transaction } from "../../../core/transaction.ts";
import { Application, openApplication } from "../application.ts";
import { type Input, nothing, type Output } from "../model.ts";
import { checkStatements, shownStatement, statementOf } from "../sharing.ts";

export async function putApplicationPolicy(
  { ApplicationId, Statements }: Input<"PutApplicationPolicy">,
  tx: Transaction,
): Promise<Output<"PutApplicationPolicy">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "owner");
  const statements = Statements.map((each) => statementOf(each, tx.ids));
  checkStatements(statements);
  there.put(Application, { ...application, statements });
  return { Statements: statements.map(shownStatement) };
}

export async function getApplicationPolicy(
  { ApplicationId }: Input<"GetApplicationPolicy">,
  tx: Transaction,
): Promise<Output<"GetApplicationPolicy">> {
  const { application } = await openApplication(tx, ApplicationId, "owner");
  return { Statements: application.statements.map(shownStatement) };
}

export async function unshareApplication(
  { ApplicationId, OrganizationId }: Input<"UnshareApplication">,
  tx: Transaction,
): Promise<Output<"UnshareApplication">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "owner");
  const statements = application.statements.flatMap((statement) => {
    const { organizations } = statement;
    if (organizations === undefined) return [statement];
    const others = organizations.filter((each) => each !== OrganizationId);
    return others.length === 0 ? [] : [{ ...statement, organizations: others }];
  });
  there.put(Application, { ...application, statements });
  return nothing;
}
