// What the model finds wrong with a request, in the words of the operation's
// layer: the single writes and some reads have one of their own, which names
// members as the model spells them, does not repeat what is empty or too long,
// and has two lists of values that are AWS's, slips of the pen included.

import type { Call } from "../../core/call.ts";
import type { Fault } from "../../core/fault.ts";
import type { BatchGetItemInput } from "../../model/generated/dynamodb.d.ts";
import { validationMessage } from "../../model/validate.ts";
import { validation } from "./faults.ts";
import { isTableName } from "./tables/name.ts";

const singleWrites: ReadonlySet<string> = new Set(["PutItem", "UpdateItem", "DeleteItem"]);
/** The members whose faults come first, in this order. */
const first = [
  "clientRequestToken",
  "returnConsumedCapacity",
  "globalSecondaryIndexes",
  "localSecondaryIndexes",
];

export function validationFault(
  { operation, input }: Pick<Call, "operation" | "input">,
  failures: readonly string[],
): Fault {
  if (singleWrites.has(operation)) return validation(validationMessage(ofSingleWrite(operation, failures)));
  if (operation === "BatchGetItem") {
    const names = brokenNames((input as BatchGetItemInput).RequestItems ?? {});
    return validation(validationMessage([...names, ...failures.map(withoutLength)]));
  }
  if (operation === "Query") {
    const unnamed = failures.find((failure) => failure.includes("at 'limit'"));
    if (unnamed !== undefined) return validation(validationMessage([withoutValue(unnamed)]));
  }
  return validation(validationMessage(inOrder(failures)));
}

function inOrder(failures: readonly string[]): readonly string[] {
  const place = (failure: string) => {
    const at = first.findIndex((member) => failure.includes(`at '${member}`));
    return at < 0 ? first.length : at;
  };
  return failures.toSorted((left, right) => place(left) - place(right));
}

function ofSingleWrite(operation: string, failures: readonly string[]): readonly string[] {
  // Where something is missing altogether, the older layer answers.
  if (failures.some((failure) => failure.endsWith("Member must not be null"))) return inOrder(failures);
  const name = failures.find((failure) => failure.startsWith("Value '' at 'tableName'"));
  if (name !== undefined) return [withoutValue(name)];
  const own = inOrder(failures).map(withOwnValues);
  const unnamed = own.find((failure) => failure.startsWith("Failed"));
  return operation === "UpdateItem" && unnamed !== undefined ? [unnamed] : own;
}

const ownValues: readonly (readonly [member: string, values: string])[] = [
  ["returnValues", "ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE"],
  ["conditionalOperator", "ALL, OR"],
];

function withOwnValues(failure: string): string {
  const own = ownValues.find(([member]) => failure.includes(`at '${member}'`));
  return own === undefined
    ? failure
    : `Failed to satisfy constraint: Member must satisfy enum value set: [${own[1]}]`;
}

/** `Value '[]' at 'requestItems.t.member.keys'` as `Value at 'RequestItems.t.member.Keys'`. */
function withoutValue(failure: string): string {
  const at = failure.lastIndexOf("' at '");
  const end = failure.indexOf("' failed to satisfy", at);
  if (at < 0 || end < 0) return failure;
  const path = failure.slice(at + "' at '".length, end).split(".");
  const named = path.map((part, place) => (place === 1 || part === "member" ? part : upperCamel(part)));
  return `Value at '${named.join(".")}${failure.slice(end)}`;
}

function withoutLength(failure: string): string {
  return failure.includes("Member must have length") ? withoutValue(failure) : failure;
}

/** The tables of a batch are named by the keys of a map, and told of as such. */
export function brokenNames(requests: BatchGetItemInput["RequestItems"]): readonly string[] {
  const names = Object.keys(requests);
  if (names.every((name) => name === "" || name.startsWith("arn:") || isTableName(name))) return [];
  return [
    `Value '${JSON.stringify(requests)}' at 'requestItems' failed to satisfy constraint: ` +
      "Map keys must satisfy constraint: [Member must have length less than or equal to 255, " +
      "Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]",
  ];
}

function upperCamel(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
