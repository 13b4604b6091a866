// Where what is wrong with a definition is gathered, at its place.

import type { Json } from "../data/scope.ts";
import type { QueryLanguageName } from "../definition.ts";

export interface Finding {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

export type Values = Readonly<Record<string, Json>>;

/** What holds for the part of the definition that is looked at. */
export interface Setting {
  readonly language: QueryLanguageName;
  /** Of the executions that run this part. */
  readonly type: "STANDARD" | "EXPRESS";
  /** Names of states seen so far: they are unique in the whole machine. */
  readonly names: Set<string>;
}

/** More would help nobody. */
const mostFindings = 1_000;

export class Report {
  readonly findings: Finding[] = [];

  schema(location: string, message: string): void {
    this.#add({ severity: "ERROR", code: "SCHEMA_VALIDATION_FAILED", message, location });
  }

  error(code: string, message: string, location?: string): void {
    this.#add({ severity: "ERROR", code, message, ...(location === undefined ? {} : { location }) });
  }

  warning(code: string, message: string, location: string): void {
    this.#add({ severity: "WARNING", code, message, location });
  }

  get failed(): boolean {
    return this.findings.some(({ severity }) => severity === "ERROR");
  }

  #add(finding: Finding): void {
    if (this.findings.length < mostFindings) this.findings.push(finding);
  }
}

export function isObject(value: Json | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
