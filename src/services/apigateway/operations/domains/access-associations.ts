// Access associations of private domain names: create, list, delete, reject.

import type { Transaction } from "../../../../core/transaction.ts";
import type { DomainNameAccessAssociation } from "../../../../model/generated/apigateway.d.ts";
import { DomainAccessRecord, type DomainAccessState } from "../../domain-access.ts";
import { badRequest, conflict, type Input, notFound, type Output } from "../../model.ts";
import { shownPage } from "../page.ts";
import { openDomain } from "./domain-names.ts";

/** The domain name that an ARN means, and its name with the id. */
async function domainOf(tx: Transaction, arn: string): Promise<string> {
  const [, named = ""] = /^arn:aws[\w-]*:apigateway:[^:]+:\d*:\/domainnames\/(.+)$/.exec(arn) ?? [];
  const [name = "", id] = named.split("+");
  if (id === undefined) throw badRequest("Invalid private domain name ARN specified");
  await openDomain(tx, name, id);
  return named;
}

export async function createDomainNameAccessAssociation(
  input: Input<"CreateDomainNameAccessAssociation">,
  tx: Transaction,
): Promise<Output<"CreateDomainNameAccessAssociation">> {
  const named = await domainOf(tx, input.domainNameArn);
  const access: DomainAccessState = {
    arn: `arn:aws:apigateway:${tx.region}:${tx.account}:/domainnameaccessassociations/domainname/${named}/vpcesource/${input.accessAssociationSource}`,
    domainNameArn: input.domainNameArn,
    sourceType: input.accessAssociationSourceType,
    source: input.accessAssociationSource,
    tags: input.tags,
  };
  if ((await tx.get(DomainAccessRecord, access.arn)) !== undefined) {
    throw conflict("Domain name access association already exists");
  }
  tx.put(DomainAccessRecord, access);
  return shown(access);
}

export async function getDomainNameAccessAssociations(
  input: Input<"GetDomainNameAccessAssociations">,
  tx: Transaction,
): Promise<Output<"GetDomainNameAccessAssociations">> {
  if (input.resourceOwner === "OTHER_ACCOUNTS") return { items: [] };
  return shownPage(tx, DomainAccessRecord, input, shown);
}

async function remove(tx: Transaction, arn: string, domainNameArn?: string): Promise<void> {
  const access = await tx.get(DomainAccessRecord, arn);
  if (access === undefined || (domainNameArn !== undefined && access.domainNameArn !== domainNameArn)) {
    throw notFound("Invalid domain name access association identifier specified");
  }
  tx.delete(DomainAccessRecord, arn);
}

export async function deleteDomainNameAccessAssociation(
  { domainNameAccessAssociationArn }: Input<"DeleteDomainNameAccessAssociation">,
  tx: Transaction,
): Promise<Output<"DeleteDomainNameAccessAssociation">> {
  await remove(tx, domainNameAccessAssociationArn);
  return {};
}

/** The owner of the domain name takes the access away. */
export async function rejectDomainNameAccessAssociation(
  { domainNameAccessAssociationArn, domainNameArn }: Input<"RejectDomainNameAccessAssociation">,
  tx: Transaction,
): Promise<Output<"RejectDomainNameAccessAssociation">> {
  await remove(tx, domainNameAccessAssociationArn, domainNameArn);
  return {};
}

function shown({
  arn,
  domainNameArn,
  sourceType,
  source,
  tags,
}: DomainAccessState): DomainNameAccessAssociation {
  return {
    domainNameAccessAssociationArn: arn,
    domainNameArn,
    accessAssociationSourceType: sourceType,
    accessAssociationSource: source,
    ...(tags === undefined ? {} : { tags }),
  };
}
