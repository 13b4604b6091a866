// JSON Patch (RFC 6902), by which UpdateResource says what shall change.

import { same } from "../../lang/resource-schema/difference.ts";
import { invalidRequest } from "./model.ts";

interface Step {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const maximumSteps = 500;

export function patched(document: unknown, text: string): unknown {
  let steps: unknown;
  try {
    steps = JSON.parse(text);
  } catch {
    throw invalidRequest("Patch document is not valid JSON");
  }
  if (!Array.isArray(steps) || steps.length > maximumSteps)
    throw invalidRequest("Patch document must be a list");
  let current = structuredClone(document);
  for (const step of steps as Step[]) current = apply(current, step);
  return current;
}

function apply(document: unknown, step: Step): unknown {
  const path = parts(step.path);
  switch (step.op) {
    case "add":
      return placed(document, path, step.value, true);
    case "replace":
      found(document, path);
      return placed(document, path, step.value, false);
    case "remove":
      found(document, path);
      return removed(document, path);
    case "test":
      if (!same(found(document, path), step.value)) throw invalidRequest(`Patch test failed at ${step.path}`);
      return document;
    case "copy":
      return placed(document, path, structuredClone(found(document, parts(step.from ?? ""))), true);
    case "move": {
      const from = parts(step.from ?? "");
      const value = found(document, from);
      return placed(removed(document, from), path, value, true);
    }
    default:
      throw invalidRequest(`Unknown patch operation ${step.op}`);
  }
}

function parts(path: string): readonly string[] {
  if (path === "") return [];
  if (typeof path !== "string" || !path.startsWith("/"))
    throw invalidRequest(`Patch path ${path} is not valid`);
  return path
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

type Fields = Record<string, unknown>;

function found(document: unknown, path: readonly string[]): unknown {
  let current = document;
  for (const part of path) {
    const next =
      typeof current === "object" && current !== null && Object.hasOwn(current, part)
        ? (current as Fields)[part]
        : undefined;
    if (next === undefined) throw invalidRequest(`Patch path /${path.join("/")} does not exist`);
    current = next;
  }
  return current;
}

/** A copy with the value at the path; `insert` makes room in a list. */
function placed(document: unknown, path: readonly string[], value: unknown, insert: boolean): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(document)) {
    const copy = [...document];
    const at = first === "-" ? copy.length : Number(first);
    if (!Number.isInteger(at) || at < 0 || at > copy.length)
      throw invalidRequest(`Patch path element ${first} is not an index`);
    if (rest.length > 0) copy[at] = placed(copy[at], rest, value, insert);
    else copy.splice(at, insert ? 0 : 1, value);
    return copy;
  }
  const fields = typeof document === "object" && document !== null ? (document as Fields) : {};
  if (first === "__proto__") throw invalidRequest("Patch path is not valid");
  return { ...fields, [first]: placed(fields[first], rest, value, insert) };
}

function removed(document: unknown, path: readonly string[]): unknown {
  const [first = "", ...rest] = path;
  if (Array.isArray(document)) {
    const copy = [...document];
    if (rest.length > 0) copy[Number(first)] = removed(copy[Number(first)], rest);
    else copy.splice(Number(first), 1);
    return copy;
  }
  const { [first]: value, ...others } = document as Fields;
  return rest.length > 0 ? { ...others, [first]: removed(value, rest) } : others;
}
