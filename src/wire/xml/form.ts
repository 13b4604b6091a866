// The forms in which XML protocols write the same shapes: they differ in the
// names of elements and in the precision of timestamps.

import type { Member } from "../../model/shapes.ts";
import type { TextForm } from "../protocols/values/scalars.ts";

export interface XmlForm extends TextForm {
  /** The element of a structure's member. */
  memberName(member: Member): string;
}

const plain: XmlForm = { timestamp: "iso8601", alwaysMillis: false, memberName: (member) => member.wireName };

export const restXml: XmlForm = { ...plain };
export const s3Xml: XmlForm = { ...plain, alwaysMillis: true };
export const ec2Xml: XmlForm = { ...plain, alwaysMillis: true };
/** SQS's JSON names differ from the names it had, and has, on the query protocol. */
export const queryXml: XmlForm = { ...plain, memberName: queryMemberName };

export function queryMemberName(member: Member): string {
  return member.queryName ?? member.wireName;
}

/** Whether a member's list or map stands without an element around it. */
export function isFlattened(member: Member): boolean {
  if (member.flattened !== undefined) return member.flattened;
  const { shape } = member;
  return (shape.kind === "list" || shape.kind === "map") && shape.flattened;
}

/** The name that repeats in a flattened list: the list's own for its members where it has one, else the member's. */
export function flattenedName(member: Member, name: string): string {
  const { shape } = member;
  if (shape.kind !== "list" || shape.member.wireName === "member") return name;
  return shape.member.wireName;
}
