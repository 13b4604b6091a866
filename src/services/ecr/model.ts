// The model's handle, and the wordings that several operations share. The
// words are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Ecr } from "../../model/generated/ecr.d.ts";
import { modelOf } from "../../model/handle.ts";

export const ecr = modelOf<Ecr>("ecr");

/** `...with name 'app' in the registry with id '123456789012'`. */
export interface Named {
  readonly name: string;
  readonly account: string;
}

export const inRegistry = ({ name, account }: Named): string =>
  `with name '${name}' in the registry with id '${account}'`;

export function invalidParameter(message: string): Fault {
  return fault(ecr, "InvalidParameterException", message);
}

/** What the model finds wrong, in the service's words. */
export function invalidInput(failures: readonly string[]): string {
  const [first = ""] = failures;
  const [, path, constraint] = /^Value .* at '(.*?)' failed to satisfy constraint: (.*)$/s.exec(first) ?? [];
  if (path === undefined) return first;
  return `Invalid parameter at '${path}' failed to satisfy constraint: '${constraint?.replace(/^Member /, "")}'`;
}
