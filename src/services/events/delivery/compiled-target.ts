// A target made ready for delivery: what it receives of an event, and the
// parameters that depend on the event.

import { compileJsonPath } from "../../../lang/json-path/compile.ts";
import type { HttpParameters, Target } from "../../../model/generated/events.d.ts";
import type { JsonValue } from "../../../model/shapes.ts";
import type { RuleState } from "../rules/rule.ts";
import { compact } from "./event.ts";
import { compileTemplate } from "./template.ts";

/** An event on its way, parsed when somebody first looks inside. */
export class EventInHand {
  readonly text: string;
  readonly ingestedAt: number;
  #value: Readonly<Record<string, JsonValue>> | undefined;

  constructor(text: string, ingestedAt: number) {
    this.text = text;
    this.ingestedAt = ingestedAt;
  }

  get value(): Readonly<Record<string, JsonValue>> {
    this.#value ??= JSON.parse(this.text) as Record<string, JsonValue>;
    return this.#value;
  }
}

export interface CompiledTarget {
  readonly target: Target;
  /** What the target receives. */
  readonly input: (event: EventInHand, rule: RuleState) => string;
  readonly parameters: (event: EventInHand) => Readonly<Record<string, unknown>>;
}

export function compileTarget(target: Target): CompiledTarget {
  return { target, input: compileInput(target), parameters: compileParameters(target) };
}

function compileInput({ Input, InputPath, InputTransformer }: Target): CompiledTarget["input"] {
  if (Input !== undefined) return () => Input;
  if (InputPath !== undefined && InputPath !== "$") {
    const path = compileJsonPath(InputPath);
    return (event) => JSON.stringify(path.find(event.value) ?? null);
  }
  if (InputTransformer === undefined) return (event) => event.text;
  const paths = new Map(
    Object.entries(InputTransformer.InputPathsMap ?? {}).map(([name, path]) => [name, compileJsonPath(path)]),
  );
  const render = compileTemplate(InputTransformer.InputTemplate);
  return (event, rule) => {
    const text = render((name) => {
      const path = paths.get(name);
      if (path === undefined) return reserved(name, event, rule);
      const found = path.find(event.value);
      return found === undefined ? undefined : JSON.stringify(found);
    });
    return isJson(text) ? compact(text) : text;
  };
}

/** What became JSON arrives without the template's own space; what did not, as it is. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reserved(name: string, event: EventInHand, rule: RuleState): string | undefined {
  switch (name) {
    case "aws.events.rule-arn":
      return JSON.stringify(rule.arn);
    case "aws.events.rule-name":
      return JSON.stringify(rule.name);
    case "aws.events.event.ingestion-time":
      return JSON.stringify(new Date(event.ingestedAt).toISOString());
    case "aws.events.event.json":
      return event.text;
    case "aws.events.event": {
      const { detail: _detail, ...rest } = event.value;
      return JSON.stringify(rest);
    }
    default:
      return undefined;
  }
}

const notParameters = new Set([
  "Id",
  "Arn",
  "RoleArn",
  "Input",
  "InputPath",
  "InputTransformer",
  "DeadLetterConfig",
  "RetryPolicy",
]);

function compileParameters(target: Target): CompiledTarget["parameters"] {
  const given = Object.fromEntries(Object.entries(target).filter(([name]) => !notParameters.has(name)));
  const { KinesisParameters, HttpParameters: http } = target;
  if (target.Arn.startsWith("arn:aws:kinesis:")) {
    const path = KinesisParameters && compileJsonPath(KinesisParameters.PartitionKeyPath);
    return (event) => {
      const found = path === undefined ? event.value.id : path.find(event.value);
      return { ...given, KinesisParameters: { PartitionKey: textOf(found ?? event.value.id) } };
    };
  }
  if (http === undefined) return () => given;
  return (event) => ({ ...given, HttpParameters: withValues(http, event) });
}

/** Values that are paths take theirs from the event. */
function withValues(http: HttpParameters, event: EventInHand): HttpParameters {
  const value = (given: string): string =>
    given.startsWith("$.") ? textOf(compileJsonPath(given).find(event.value) ?? "") : given;
  const values = (given: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(given).map(([name, each]) => [name, value(each)]));
  return {
    PathParameterValues: http.PathParameterValues?.map(value),
    HeaderParameters: values(http.HeaderParameters),
    QueryStringParameters: values(http.QueryStringParameters),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
