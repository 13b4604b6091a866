// How the tables of AWS managed policies are written: a policy is its current
// version and a few statements.

export interface ManagedStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface ManagedPolicy {
  /** The default version's number on AWS. */
  readonly version: number;
  readonly statements: readonly ManagedStatement[];
}

/** By path and name: `service-role/AWSLambdaRole`. */
export type ManagedPolicies = Readonly<Record<string, ManagedPolicy>>;

export function policy(version: number, ...statements: readonly ManagedStatement[]): ManagedPolicy {
  return { version, statements };
}

export function allow(
  Action: string | readonly string[],
  Resource: string | readonly string[] = "*",
  Condition?: ManagedStatement["Condition"],
): ManagedStatement {
  return { Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/** `actions("logs", "CreateLogGroup", "PutLogEvents")` */
export function actions(service: string, ...names: readonly string[]): readonly string[] {
  return names.map((name) => `${service}:${name}`);
}

/** May pass a role to these services only. */
export function passRoleTo(...services: readonly string[]): ManagedStatement {
  return allow("iam:PassRole", "*", { StringLike: { "iam:PassedToService": services } });
}

/** May create the service-linked roles of these services. */
export function createLinkedRoleFor(...services: readonly string[]): ManagedStatement {
  return allow("iam:CreateServiceLinkedRole", "*", { StringLike: { "iam:AWSServiceName": services } });
}
