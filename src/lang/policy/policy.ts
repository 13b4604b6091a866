// Policies, compiled once and asked often: whether they allow a request, deny
// it, or do not speak of it
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).

import { type Condition, compileConditions } from "./condition.ts";
import { type PolicyDocument, type PolicyStatement, readPolicy } from "./document.ts";
import { type Context, compilePattern, type Matcher } from "./pattern.ts";
import { compilePrincipal, type PolicyPrincipal, type PrincipalTest } from "./principal.ts";

export interface PolicyRequest {
  /** `s3:GetObject`. */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Compared with the statements that name principals; those of identity policies name none. */
  readonly principal: PolicyPrincipal;
  readonly context: Context;
}

export interface Decision {
  readonly effect: "allow" | "deny" | "none";
  /** Which decided; undefined where none speaks of the request. */
  readonly statement: PolicyStatement | undefined;
}

export interface Policy {
  readonly document: PolicyDocument;
  evaluate(request: PolicyRequest): Decision;
}

interface CompiledStatement {
  readonly statement: PolicyStatement;
  readonly applies: (request: PolicyRequest) => boolean;
}

const undecided: Decision = { effect: "none", statement: undefined };

/** Throws `PolicyError`. */
export function compilePolicy(text: string): Policy {
  const document = readPolicy(text);
  const variables = document.version === "2012-10-17";
  const compiled = document.statements.map((each) => compileStatement(each, variables));
  const denying = compiled.filter(({ statement }) => statement.effect === "Deny");
  const allowing = compiled.filter(({ statement }) => statement.effect === "Allow");
  return {
    document,
    evaluate: (request) =>
      decided(denying, request, "deny") ?? decided(allowing, request, "allow") ?? undecided,
  };
}

function decided(
  statements: readonly CompiledStatement[],
  request: PolicyRequest,
  effect: "allow" | "deny",
): Decision | undefined {
  const found = statements.find((each) => each.applies(request));
  return found === undefined ? undefined : { effect, statement: found.statement };
}

function compileStatement(statement: PolicyStatement, variables: boolean): CompiledStatement {
  const speaksTo = principalTest(statement);
  const speaksOf = listTest(statement.action, statement.notAction, (each) =>
    compilePattern(each, { variables: false, ignoreCase: true }),
  );
  const about = listTest(statement.resource, statement.notResource, (each) =>
    compilePattern(each, { variables }),
  );
  const holds: Condition = compileConditions(statement.condition, variables);
  return {
    statement,
    applies: ({ action, resource, principal, context }) =>
      speaksOf(action, context) && speaksTo(principal) && about(resource, context) && holds(context),
  };
}

function principalTest({ principal, notPrincipal }: PolicyStatement): PrincipalTest {
  if (principal !== undefined) return compilePrincipal(principal);
  if (notPrincipal === undefined) return () => true;
  const excepted = compilePrincipal(notPrincipal);
  return (caller) => !excepted(caller);
}

function listTest(
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  compile: (pattern: string) => Matcher,
): Matcher {
  const matchers = (wanted ?? unwanted ?? []).map(compile);
  if (wanted !== undefined) return (text, context) => matchers.some((match) => match(text, context));
  // A statement with neither (a trust policy has no resource) speaks of all.
  return (text, context) => !matchers.some((match) => match(text, context));
}

/** Keeps compiled policies by their text: those that requests ask for again and again. */
export class CompiledPolicies {
  readonly #most: number;
  readonly #known = new Map<string, Policy>();

  constructor(most = 200) {
    this.#most = most;
  }

  get(text: string): Policy {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const policy = compilePolicy(text);
    if (this.#known.size >= this.#most) this.#known.clear();
    this.#known.set(text, policy);
    return policy;
  }
}
