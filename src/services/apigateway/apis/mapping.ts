// Mapping expressions of parameters: which places of a request or a response
// may be named where. What a method does not declare cannot be mapped.

import type { MethodResponse } from "../../../model/generated/apigateway.d.ts";
import { badRequest } from "../model.ts";
import type { MethodState } from "./resource.ts";

type Parameters = Readonly<Record<string, unknown>> | undefined;

const methodParameter =
  /^method\.request\.(?:path|querystring|multivaluequerystring|header|multivalueheader)\.[^\s]+$/;
const methodResponseParameter = /^method\.response\.header\.[^\s]+$/;
const integrationTarget = /^integration\.request\.(?:path|querystring|header)\.[^\s]+$/;
const source =
  /^(?:'[^']*'|method\.request\.(?:path|querystring|multivaluequerystring|header|multivalueheader)\.[^\s]+|method\.request\.body(?:[.[].*)?|context\..+|stageVariables\..+)$/;
const responseSource =
  /^(?:'[^']*'|integration\.response\.(?:header|multivalueheader)\.[^\s]+|integration\.response\.body(?:[.[].*)?|context\..+|stageVariables\..+)$/;

/** Refuses as AWS does: one text for all that is wrong. */
function refuse(errors: readonly string[]): void {
  if (errors.length === 0) return;
  throw badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [${errors.join(", ")}]`,
  );
}

const invalidParameter = (name: string): string => `Invalid mapping expression parameter specified: ${name}`;
const invalidExpression = (text: string): string => `Invalid mapping expression specified: ${text}`;

export function checkMethodParameters(parameters: Parameters): void {
  refuse(
    Object.keys(parameters ?? {})
      .filter((name) => !methodParameter.test(name))
      .map(invalidExpression),
  );
}

export function checkMethodResponseParameters(parameters: Parameters): void {
  refuse(
    Object.keys(parameters ?? {})
      .filter((name) => !methodResponseParameter.test(name))
      .map(invalidExpression),
  );
}

/** What an integration takes of the method's request: the method must declare it. */
export function checkRequestMappings(
  parameters: Readonly<Record<string, string>> | undefined,
  method: Pick<MethodState, "requestParameters">,
): void {
  const declared = method.requestParameters ?? {};
  refuse(
    Object.entries(parameters ?? {}).flatMap(([target, from]) => {
      if (!integrationTarget.test(target)) return [invalidParameter(target)];
      if (!source.test(from)) return [invalidExpression(from)];
      const plain = from.replace(".multivalue", ".");
      return methodParameter.test(from) && !(from in declared) && !(plain in declared)
        ? [invalidParameter(from)]
        : [];
    }),
  );
}

const gatewayTarget = /^gatewayresponse\.header\.[^\s]+$/;
const gatewaySource =
  /^(?:'[^']*'|method\.request\.(?:path|querystring|multivaluequerystring|header|multivalueheader)\.[^\s]+|context\.[^\s]+|stageVariables\.[^\s]+)$/;

export function checkGatewayMappings(parameters: Readonly<Record<string, string>> | undefined): void {
  refuse(
    Object.entries(parameters ?? {}).flatMap(([target, from]) => {
      if (!gatewayTarget.test(target)) return [invalidParameter(target)];
      return gatewaySource.test(from) ? [] : [invalidExpression(from)];
    }),
  );
}

/** What a method's response takes of the integration's: the method's response must declare it. */
export function checkResponseMappings(
  parameters: Readonly<Record<string, string>> | undefined,
  response: MethodResponse | undefined,
): void {
  if (parameters === undefined || Object.keys(parameters).length === 0) return;
  if (response === undefined) refuse(["No method response exists for method."]);
  const declared = response?.responseParameters ?? {};
  refuse(
    Object.entries(parameters).flatMap(([target, from]) => {
      if (!methodResponseParameter.test(target) || !(target in declared)) return [invalidParameter(target)];
      return responseSource.test(from) ? [] : [invalidExpression(from)];
    }),
  );
}
