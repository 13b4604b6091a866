// What a REST API checks of requests (models, parameters), and what it answers by itself.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { defined } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import type { Document } from "./open-api.ts";

/** The parameters by which answers are cached. */
export function cacheKeys(event: Fields): readonly string[] | undefined {
  const given = Array.isArray(event.RequestParameters) ? event.RequestParameters : [];
  const keys = given.flatMap((each) => {
    const [name, settings] = isFields(each) ? (Object.entries(each)[0] ?? []) : [];
    return name !== undefined && isFields(settings) && settings.Caching === true ? [name] : [];
  });
  return keys.length === 0 ? undefined : keys;
}

interface Requests {
  ofRoute(event: Fields): Fields;
  addTo(document: Document): void;
}

const places: Readonly<Record<string, string>> = { header: "header", path: "path", querystring: "query" };

export function requestOf(api: Fields, third: boolean): Requests {
  const models = isFields(api.Models) ? api.Models : {};
  for (const model of Object.values(models)) {
    if (isFields(model) && model.type === undefined)
      refuse("Structure of the SAM template is invalid. 'Models' schema is missing 'type'.", "");
  }
  const validators: Record<string, Value> = {};
  const ofRoute = (event: Fields): Fields => {
    const parameters: Fields[] = [];
    const operation: Record<string, Value> = {};
    for (const each of Array.isArray(event.RequestParameters) ? event.RequestParameters : [])
      parameters.push(parameterOf(each, third));
    const model = event.RequestModel;
    if (isFields(model)) {
      const name = String(model.Model);
      const low = name.toLowerCase();
      if (third)
        operation.requestBody = defined({
          content: { "application/json": { schema: { $ref: `#/components/schemas/${low}` } } },
          required: model.Required,
        });
      else
        parameters.unshift(
          defined({
            in: "body",
            name: low,
            schema: { $ref: `#/definitions/${low}` },
            required: model.Required,
          }),
        );
      const body = model.ValidateBody === true;
      const others = model.ValidateParameters === true;
      if (body || others) {
        const validator = body && others ? "body-and-params" : body ? "body-only" : "params-only";
        validators[validator] = { validateRequestBody: body, validateRequestParameters: others };
        operation["x-amazon-apigateway-request-validator"] = validator;
      }
    }
    return parameters.length === 0 ? operation : { ...operation, parameters };
  };
  return {
    ofRoute,
    addTo(document) {
      if (Object.keys(validators).length > 0) document["x-amazon-apigateway-request-validators"] = validators;
      if (api.Models === undefined) return;
      const low: Fields = Object.fromEntries(
        Object.entries(models).map(([name, each]) => [name.toLowerCase(), each]),
      );
      if (third) {
        const components = isFields(document.components) ? document.components : {};
        document.components = { ...components, schemas: low };
      } else document.definitions = low;
    },
  };
}

function parameterOf(given: Value, third: boolean): Fields {
  const [full, settings] = isFields(given) ? (Object.entries(given)[0] ?? ["", {}]) : [String(given), {}];
  const own = isFields(settings) ? settings : {};
  const [method, request, place = "", ...name] = full.split(".");
  const where = places[place];
  if (method !== "method" || request !== "request" || where === undefined || name.length === 0)
    refuse(
      "Invalid value for 'RequestParameters' property. Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g 'method.request.header.Authorization'.",
    );
  const type: Fields = third ? { schema: { type: "string" } } : { type: "string" };
  return {
    name: name.join("."),
    in: where,
    required: own.Required ?? where === "path",
    ...type,
  };
}

export function gatewayResponses(given: Value | undefined): Fields | undefined {
  if (!isFields(given)) return undefined;
  return Object.fromEntries(
    Object.entries(given).map(([name, response]) => [
      name,
      isFields(response) ? gatewayResponse(response) : response,
    ]),
  );
}

const headings: Readonly<Record<string, string>> = {
  Headers: "header",
  Paths: "path",
  QueryStrings: "querystring",
};

function gatewayResponse({ ResponseParameters, ResponseTemplates, StatusCode }: Fields): Fields {
  const responseParameters: Record<string, Value> = {};
  for (const [kind, values] of Object.entries(isFields(ResponseParameters) ? ResponseParameters : {})) {
    for (const [name, value] of Object.entries(isFields(values) ? values : {}))
      responseParameters[`gatewayresponse.${headings[kind] ?? kind}.${name}`] = value;
  }
  return defined({
    responseParameters,
    responseTemplates: ResponseTemplates ?? {},
    statusCode: StatusCode === undefined ? undefined : String(StatusCode),
  });
}
