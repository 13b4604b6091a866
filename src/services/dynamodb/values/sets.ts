// Union and difference of DynamoDB's three kinds of set.

import type { AttributeValue } from "./attribute-value.ts";
import { binaryText } from "./compare.ts";

/** The union, in the order of first appearance; undefined where the two are not sets of one kind. */
export function addToSet(set: AttributeValue, members: AttributeValue): AttributeValue | undefined {
  if (set.SS !== undefined && members.SS !== undefined)
    return { SS: [...new Set([...set.SS, ...members.SS])] };
  if (set.NS !== undefined && members.NS !== undefined)
    return { NS: [...new Set([...set.NS, ...members.NS])] };
  if (set.BS !== undefined && members.BS !== undefined) {
    const present = new Set(set.BS.map(binaryText));
    return { BS: [...set.BS, ...members.BS.filter((member) => !present.has(binaryText(member)))] };
  }
  return undefined;
}

/** What is left; `empty` where nothing is (there are no empty sets); undefined where the two are not sets of one kind. */
export function removeFromSet(
  set: AttributeValue,
  members: AttributeValue,
): AttributeValue | "empty" | undefined {
  if (set.SS !== undefined && members.SS !== undefined) {
    const rest = without(set.SS, members.SS);
    return rest.length === 0 ? "empty" : { SS: rest };
  }
  if (set.NS !== undefined && members.NS !== undefined) {
    const rest = without(set.NS, members.NS);
    return rest.length === 0 ? "empty" : { NS: rest };
  }
  if (set.BS !== undefined && members.BS !== undefined) {
    const gone = new Set(members.BS.map(binaryText));
    const rest = set.BS.filter((member) => !gone.has(binaryText(member)));
    return rest.length === 0 ? "empty" : { BS: rest };
  }
  return undefined;
}

function without(members: readonly string[], gone: readonly string[]): string[] {
  const lost = new Set(gone);
  return members.filter((member) => !lost.has(member));
}
