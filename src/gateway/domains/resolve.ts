// Where a request under a custom domain name goes: by routing rules in the order
// of their priority, then by the mapping with the longest path that fits.

import type { Transaction } from "../../core/transaction.ts";
import { type ApiMapping, DomainRecord, type DomainState, type RoutingRule } from "./domain-name.ts";

export interface DomainRoute {
  readonly domain: DomainState;
  readonly apiId: string;
  readonly kind: ApiMapping["kind"];
  /** Undefined where the first segment of `path` names it. */
  readonly stage: string | undefined;
  /** The mapping's own path, empty at the root. */
  readonly basePath: string;
  /** What is left of the request's path, with its leading slash. */
  readonly path: string;
}

/** The domain name that a host means: itself, or the wildcard above it. */
export async function domainOfHost(tx: Transaction, host: string): Promise<DomainState | undefined> {
  const exact = await tx.get(DomainRecord, host, "");
  if (exact !== undefined) return exact;
  const dot = host.indexOf(".");
  return dot < 0 ? undefined : tx.get(DomainRecord, `*${host.slice(dot)}`, "");
}

export function routeOfDomain(
  domain: DomainState,
  path: string,
  headers: Readonly<Record<string, string>>,
): DomainRoute | undefined {
  const { routingMode } = domain;
  if (routingMode !== "API_MAPPING_ONLY") {
    for (const rule of domain.rules) {
      const basePath = matchRule(rule, path, headers);
      if (basePath === undefined) continue;
      const { apiId, kind, stage, stripBasePath } = rule;
      return {
        domain,
        apiId,
        kind,
        stage,
        basePath,
        path: stripBasePath ? withoutBase(path, basePath) : path,
      };
    }
  }
  if (routingMode === "ROUTING_RULE_ONLY") return undefined;
  let best: ApiMapping | undefined;
  for (const mapping of domain.mappings) {
    if (!isBelow(path, mapping.path)) continue;
    if (best === undefined || mapping.path.length > best.path.length) best = mapping;
  }
  if (best === undefined) return undefined;
  const { apiId, kind, stage } = best;
  return { domain, apiId, kind, stage, basePath: best.path, path: withoutBase(path, best.path) };
}

/** The base path that matched, which is empty where no condition names one; undefined where the rule does not apply. */
function matchRule(
  rule: RoutingRule,
  path: string,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  let basePath = "";
  for (const anyOf of rule.basePaths) {
    const fitting = anyOf.filter((base) => isBelow(path, base)).sort((a, b) => b.length - a.length);
    if (fitting[0] === undefined) return undefined;
    basePath = fitting[0];
  }
  for (const anyOf of rule.headers) {
    const fits = anyOf.some(({ header, valueGlob }) => {
      const value = headers[header.toLowerCase()];
      return value !== undefined && matchesGlob(value, valueGlob);
    });
    if (!fits) return undefined;
  }
  return basePath;
}

/** A star at the beginning, the end, or both. */
function matchesGlob(value: string, glob: string): boolean {
  const start = glob.startsWith("*");
  const end = glob.length > 1 && glob.endsWith("*");
  const text = glob.slice(start ? 1 : 0, end ? -1 : undefined);
  if (start && end) return value.includes(text);
  if (start) return value.endsWith(text);
  return end ? value.startsWith(text) : value === text;
}

function isBelow(path: string, base: string): boolean {
  return base === "" || path === `/${base}` || path.startsWith(`/${base}/`);
}

function withoutBase(path: string, base: string): string {
  if (base === "") return path;
  const rest = path.slice(base.length + 1);
  return rest === "" ? "/" : rest;
}
