// What is common to all policy documents, in IAM's words.

import { type Fault, fault } from "../../../../core/fault.ts";
import { type Fields, readConditions, readFrame } from "../../../../lang/policy/document.ts";
import { PolicyError } from "../../../../lang/policy/error.ts";
import { iam } from "../../model.ts";

export { type Fields, isObject, strings } from "../../../../lang/policy/document.ts";

export function malformed(message: string): Fault {
  return fault(iam, "MalformedPolicyDocument", message);
}

export const syntaxErrors = "Syntax errors in policy.";

/** The statements of a document whose frame is sound. `notJson` is what AWS says of text that is not JSON. */
export function statements(document: string, notJson: string): readonly Fields[] {
  const list = inWords(() => readFrame(document), notJson).statements;
  for (const { Sid, Effect, Condition } of list) {
    if (typeof Sid === "string" && !/^[0-9A-Za-z]*$/.test(Sid)) {
      throw malformed(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      );
    }
    if (Effect === undefined) throw malformed(syntaxErrors);
    inWords(() => readConditions(Condition), notJson);
  }
  return list;
}

/** IAM tells little of what is wrong. */
function inWords<T>(read: () => T, notJson: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    if (error.flaw === "json") throw malformed(notJson);
    if (error.flaw === "repeated-sid") {
      throw malformed("Statement IDs (SID) in a single policy must be unique.");
    }
    throw malformed(syntaxErrors);
  }
}
