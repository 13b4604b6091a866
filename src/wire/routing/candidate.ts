// Operations that share method and path, told apart by the rest of the request:
// constant query members (`?uploads`, `?list-type=2`) and, where the model says
// no more, the members an operation cannot do without (`uploadId`,
// `x-amz-copy-source`). S3 needs all of it.

import type { HttpRequest } from "../../core/http.ts";
import type { OperationModel } from "../../model/shapes.ts";
import { type QueryParameter, queryParameters } from "../query-string.ts";
import type { Labels } from "./path-tree.ts";

export interface Candidate {
  readonly operation: OperationModel;
  readonly labels: readonly string[];
  /** Name and value; without a value the name is enough. */
  readonly constants: readonly (readonly [name: string, value: string | undefined])[];
  readonly requiredQuery: readonly string[];
  /** Lower-case. */
  readonly requiredHeaders: readonly string[];
}

export function candidateOf(
  operation: OperationModel,
  labels: readonly string[],
  constantQuery: string,
): Candidate {
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  for (const member of operation.input?.members.values() ?? []) {
    if (!member.required) continue;
    if (member.location === "querystring") requiredQuery.push(member.wireName);
    if (member.location === "header") requiredHeaders.push(member.wireName.toLowerCase());
  }
  return { operation, labels, constants: constantsOf(constantQuery), requiredQuery, requiredHeaders };
}

function constantsOf(query: string): Candidate["constants"] {
  return query
    .split("&")
    .filter((each) => each !== "")
    .map((each) => {
      const equals = each.indexOf("=");
      return equals < 0 ? [each, undefined] : [each.slice(0, equals), each.slice(equals + 1)];
    });
}

/** The most demanding first; of legacy twins, the newer. */
export function heaviestFirst(left: Candidate, right: Candidate): number {
  return weight(right) - weight(left);
}

function weight(candidate: Candidate): number {
  const demands =
    candidate.constants.length * 100 + candidate.requiredQuery.length * 10 + candidate.requiredHeaders.length;
  return demands * 2 - (candidate.operation.deprecated === true ? 1 : 0);
}

/** The query of one request, parsed when the first candidate asks for it. */
export class RequestDetails {
  readonly #request: HttpRequest;
  #parameters: readonly QueryParameter[] | undefined;

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  has(name: string, value: string | undefined): boolean {
    if (this.#request.query === "") return false;
    this.#parameters ??= queryParameters(this.#request.query);
    for (const [key, given] of this.#parameters) {
      if (key === name && (value === undefined || given === value)) return true;
    }
    return false;
  }

  hasHeader(name: string): boolean {
    return this.#request.headers[name] !== undefined;
  }
}

/**
 * The first candidate whose every demand is met. `strict` without success is
 * followed by a second look that ignores required members: that one is missing
 * is the operation's own error to report.
 */
export function choose(
  candidates: readonly Candidate[],
  details: RequestDetails,
  strict: boolean,
): Candidate | undefined {
  for (const candidate of candidates) {
    if (!candidate.constants.every(([name, value]) => details.has(name, value))) continue;
    if (!strict) return candidate;
    if (
      candidate.requiredQuery.every((name) => details.has(name, undefined)) &&
      candidate.requiredHeaders.every((name) => details.hasHeader(name))
    ) {
      return candidate;
    }
  }
  return undefined;
}

export function labelsOf(candidate: Candidate, values: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (const [index, name] of candidate.labels.entries()) labels[name] = values[index]!;
  return labels;
}
