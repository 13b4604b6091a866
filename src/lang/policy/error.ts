// What is wrong with a policy document. Every service words it in its own way,
// so that the error names the kind and the culprit rather than a message.

export type PolicyFlaw =
  | "json"
  | "document"
  | "unknown-field"
  | "version"
  | "no-statement"
  | "statement"
  | "sid"
  | "repeated-sid"
  | "effect"
  | "missing"
  | "contradiction"
  | "principal"
  | "action"
  | "resource"
  | "operator"
  | "condition";

export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly flaw: PolicyFlaw;
  /** The field, value or operator that is wrong; empty where there is none to name. */
  readonly culprit: string;

  constructor(flaw: PolicyFlaw, culprit = "") {
    super(culprit === "" ? `Policy: ${flaw}` : `Policy: ${flaw}: ${culprit}`);
    this.flaw = flaw;
    this.culprit = culprit;
  }
}
