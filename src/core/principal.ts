// Who calls. Every call that passes dispatch carries exactly one principal.

export interface Principal {
  readonly type: "root" | "user" | "assumed-role" | "federated-user" | "service" | "anonymous";
  /** The 12-digit account the caller belongs to. */
  readonly account: string;
  /** `arn:aws:iam::123456789012:user/ann`, `arn:aws:sts::123456789012:assumed-role/app/session`. */
  readonly arn: string;
  /** The unique id, `AIDA...`, `AROA...:session`; for root the account id. */
  readonly userId: string;
  readonly accessKeyId?: string;
  /** For an assumed role, the ARN of the role itself. */
  readonly roleArn?: string;
  /** For `type: "service"`, `lambda.amazonaws.com`. */
  readonly service?: string;
  /** For `type: "service"`, the resource on whose behalf it calls: a rule, a topic, a bucket. */
  readonly sourceArn?: string;
  /** Session policies passed to AssumeRole and its kin, as JSON documents. */
  readonly sessionPolicies?: readonly string[];
  /** Session tags, passed to AssumeRole and its kin or carried on by role chaining. */
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** Those session tags that the next role of a chain receives too. */
  readonly transitiveTagKeys?: readonly string[];
  /** Set once, by the first AssumeRole of a chain, and never changed after it. */
  readonly sourceIdentity?: string;
}

export function rootPrincipal(account: string, accessKeyId?: string): Principal {
  return {
    type: "root",
    account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
  };
}

export function anonymousPrincipal(): Principal {
  return { type: "anonymous", account: "anonymous", arn: "*", userId: "anonymous" };
}

/** A role's session, as services use it to act for the role: `arn:aws:iam::123456789012:role/path/app`. */
export function assumedRolePrincipal(roleArn: string, sessionName: string): Principal {
  const account = roleArn.split(":")[4] ?? "";
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return {
    type: "assumed-role",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleName}:${sessionName}`,
    roleArn,
  };
}

/** An AWS service acting for itself: `lambda.amazonaws.com`. */
export function servicePrincipal(service: string, account: string, sourceArn?: string): Principal {
  const source = sourceArn === undefined ? {} : { sourceArn };
  return { type: "service", account, arn: service, userId: service, service, ...source };
}
