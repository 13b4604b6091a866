// Routing rules of a domain name: by base path and headers, in the order of
// their priority.

import type { Transaction } from "../../../core/transaction.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import {
  type DomainState,
  domainArn,
  putDomain,
  type RoutingRule,
} from "../../../gateway/domains/domain-name.ts";
import type { RoutingRuleAction, RoutingRuleCondition } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { StageRecord } from "../records/stage.ts";
import { kindOf } from "./api-mappings.ts";
import { domainNamed } from "./domain-names.ts";

const mostRules = 50;

interface Wanted {
  readonly Actions: readonly RoutingRuleAction[];
  readonly Conditions: readonly RoutingRuleCondition[];
  readonly Priority: number;
}

export async function createRoutingRule(
  input: Input<"CreateRoutingRule">,
  tx: Transaction,
): Promise<Output<"CreateRoutingRule">> {
  const domain = await domainNamed(tx, input.DomainName, input.DomainNameId);
  if (domain.rules.length >= mostRules) {
    throw badRequest(`Maximum number of routing rules (${mostRules}) for this domain name has been reached`);
  }
  const rule = await ruleOf(tx, tx.ids.lower(10), input);
  putRule(tx, domain, rule);
  return shownRule(tx, domain, rule);
}

export async function putRoutingRule(
  input: Input<"PutRoutingRule">,
  tx: Transaction,
): Promise<Output<"PutRoutingRule">> {
  const domain = await domainNamed(tx, input.DomainName, input.DomainNameId);
  const { ruleId } = find(domain, input.RoutingRuleId);
  const rule = await ruleOf(tx, ruleId, input);
  putRule(tx, domain, rule);
  return shownRule(tx, domain, rule);
}

function putRule(tx: Transaction, domain: DomainState, rule: RoutingRule): void {
  const others = domain.rules.filter(({ ruleId }) => ruleId !== rule.ruleId);
  if (others.some(({ priority }) => priority === rule.priority)) {
    throw conflict(`A routing rule with priority ${rule.priority} already exists for this domain name`);
  }
  const rules = [...others, rule].sort((a, b) => a.priority - b.priority);
  putDomain(tx, { ...domain, rules });
}

async function ruleOf(tx: Transaction, ruleId: string, wanted: Wanted): Promise<RoutingRule> {
  const action = wanted.Actions[0]?.InvokeApi;
  if (wanted.Actions.length !== 1 || action === undefined) {
    throw badRequest("A routing rule must have exactly one action");
  }
  const home = await tx.get(ApiHome, action.ApiId);
  if (home === undefined || home.account !== tx.account || home.region !== tx.region) {
    throw badRequest(`Invalid API identifier specified ${tx.account}:${action.ApiId}`);
  }
  const kind = kindOf(home);
  if (kind === "websocket") throw badRequest("Routing rules do not support WebSocket APIs");
  if (kind === "http" && (await tx.get(StageRecord, action.ApiId, action.Stage)) === undefined) {
    throw badRequest("Invalid stage identifier specified");
  }
  const basePaths = wanted.Conditions.flatMap(({ MatchBasePaths }) => MatchBasePaths?.AnyOf ?? []);
  const headers = wanted.Conditions.filter(({ MatchHeaders }) => MatchHeaders !== undefined);
  if (basePaths.length > 1 || headers.length > 2) {
    throw badRequest("A routing rule can have at most one base path and two header conditions");
  }
  return {
    ruleId,
    priority: wanted.Priority,
    basePaths: basePaths.length === 0 ? [] : [basePaths],
    headers: headers.map(({ MatchHeaders }) =>
      (MatchHeaders?.AnyOf ?? []).map(({ Header, ValueGlob }) => ({ header: Header, valueGlob: ValueGlob })),
    ),
    apiId: action.ApiId,
    stage: action.Stage,
    stripBasePath: action.StripBasePath ?? false,
    kind,
  };
}

export async function getRoutingRule(
  input: Input<"GetRoutingRule">,
  tx: Transaction,
): Promise<Output<"GetRoutingRule">> {
  const domain = await domainNamed(tx, input.DomainName, input.DomainNameId);
  return shownRule(tx, domain, find(domain, input.RoutingRuleId));
}

export async function listRoutingRules(
  input: Input<"ListRoutingRules">,
  tx: Transaction,
): Promise<Output<"ListRoutingRules">> {
  const domain = await domainNamed(tx, input.DomainName, input.DomainNameId);
  const start = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(start) || start < 0) throw badRequest("Invalid NextToken specified");
  const end = start + (input.MaxResults ?? mostRules);
  return {
    RoutingRules: domain.rules.slice(start, end).map((rule) => shownRule(tx, domain, rule)),
    ...(end < domain.rules.length ? { NextToken: String(end) } : {}),
  };
}

export async function deleteRoutingRule(
  input: Input<"DeleteRoutingRule">,
  tx: Transaction,
): Promise<Output<"DeleteRoutingRule">> {
  const domain = await domainNamed(tx, input.DomainName, input.DomainNameId);
  const { ruleId } = find(domain, input.RoutingRuleId);
  putDomain(tx, { ...domain, rules: domain.rules.filter((rule) => rule.ruleId !== ruleId) });
  return nothing;
}

function find(domain: DomainState, ruleId: string): RoutingRule {
  const rule = domain.rules.find((each) => each.ruleId === ruleId);
  if (rule === undefined) throw notFound("The routing rule resource specified in the request was not found.");
  return rule;
}

function shownRule(tx: Transaction, domain: DomainState, rule: RoutingRule) {
  const { apiId, stage, stripBasePath, ruleId, priority } = rule;
  return {
    Actions: [{ InvokeApi: { ApiId: apiId, Stage: stage, StripBasePath: stripBasePath } }],
    Conditions: [
      ...rule.basePaths.map((paths) => ({ MatchBasePaths: { AnyOf: paths } })),
      ...rule.headers.map((anyOf) => ({
        MatchHeaders: {
          AnyOf: anyOf.map(({ header, valueGlob }) => ({ Header: header, ValueGlob: valueGlob })),
        },
      })),
    ],
    Priority: priority,
    RoutingRuleArn: `${domainArn(tx, domain)}/routingrules/${ruleId}`,
    RoutingRuleId: ruleId,
  };
}
