// Aliases: names for one version, or for two that share the calls by weight.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { AliasConfiguration } from "../../model/generated/lambda.d.ts";
import { functionArn } from "./name.ts";

export interface Alias {
  readonly functionName: string;
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  /** The second version and its share, between 0 and 1. */
  readonly weights?: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export const AliasRecord = defineResource<Alias>()({
  service: "lambda",
  type: "alias",
  key: (alias) => [alias.functionName, alias.name],
  cached: true,
});

export function describeAlias(alias: Alias, place: Place): AliasConfiguration {
  return {
    AliasArn: functionArn(place, alias.functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(alias.weights === undefined ? {} : { RoutingConfig: { AdditionalVersionWeights: alias.weights } }),
  };
}

/** The version that serves a call; `fraction` is drawn from [0, 1). */
export function routeAlias(alias: Alias, fraction: number): string {
  let upTo = 0;
  for (const [version, weight] of Object.entries(alias.weights ?? {})) {
    upTo += weight;
    if (fraction < upTo) return version;
  }
  return alias.functionVersion;
}
