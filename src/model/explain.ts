// The slow half of validation: walks an input that is known to be wrong and says
// what is wrong with it, in AWS's words and with AWS's paths. Scalars in lists
// and maps have no path of their own; AWS names the collection and lists all
// that its members must satisfy.

import type { Constraint } from "./constraint.ts";
import { constraintsOf } from "./constraint.ts";
import type { ListShape, MapShape, Member, Shape, StructureShape } from "./shapes.ts";
import { lowerCamel, valueText } from "./value-text.ts";

const notNull = "Member must not be null";

/** All failures within a structure, each as `Value 'x' at 'a.b' failed to satisfy constraint: ...`. */
export function explainStructure(
  shape: StructureShape,
  input: object,
  path: string,
  failures: string[],
): void {
  for (const member of shape.members.values()) {
    const value = (input as Record<string, unknown>)[member.name];
    const memberPath = path === "" ? lowerCamel(member.name) : `${path}.${lowerCamel(member.name)}`;
    if (value === undefined || value === null) {
      if (member.required) failures.push(failure(member.shape, isSecret(member), value, memberPath, notNull));
    } else {
      explainValue(member.shape, isSecret(member), value, memberPath, failures);
    }
  }
}

function explainValue(shape: Shape, secret: boolean, value: unknown, path: string, failures: string[]): void {
  const fail = (text: string) => failures.push(failure(shape, secret, value, path, text));
  for (const constraint of inMessageOrder(constraintsOf(shape))) {
    if (!constraint.holds(value)) fail(constraint.text);
  }
  if (shape.kind === "structure") explainStructure(shape, value as object, path, failures);
  if (shape.kind === "list") explainList(shape, value as readonly unknown[], path, fail, failures);
  if (shape.kind === "map") explainMap(shape, value as Record<string, unknown>, path, fail, failures);
}

function explainList(
  shape: ListShape,
  value: readonly unknown[],
  path: string,
  fail: (text: string) => void,
  failures: string[],
): void {
  const present = value.filter((each) => each !== undefined && each !== null);
  const { violated, texts } = among(shape.member, present);
  if (violated) fail(`Member must satisfy constraint: [${[...texts, notNull].join(", ")}]`);
  value.forEach((each, at) => {
    if (each !== undefined && each !== null)
      explainInner(shape.member, each, `${path}.${at + 1}.member`, failures);
  });
}

function explainMap(
  shape: MapShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  fail: (text: string) => void,
  failures: string[],
): void {
  const keys = among(shape.key, Object.keys(value));
  if (keys.violated) fail(`Map keys must satisfy constraint: [${keys.texts.join(", ")}]`);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
  const values = among(
    shape.value,
    entries.map(([, each]) => each),
  );
  if (values.violated) fail(`Map value must satisfy constraint: [${values.texts.join(", ")}]`);
  for (const [key, each] of entries) explainInner(shape.value, each, `${path}.${key}.member`, failures);
}

/** Whether one of the values violates its own constraints, and their texts. */
function among(member: Member, values: readonly unknown[]): { violated: boolean; texts: readonly string[] } {
  const constraints = constraintsOf(member.shape);
  return {
    violated: values.some((value) => constraints.some((constraint) => !constraint.holds(value))),
    texts: constraints.map((constraint) => constraint.text),
  };
}

/** What a collection's member contains; what it must satisfy itself has been said at the collection. */
function explainInner(member: Member, value: unknown, path: string, failures: string[]): void {
  const { shape } = member;
  const fail = (text: string) => failures.push(failure(shape, isSecret(member), value, path, text));
  if (shape.kind === "structure") explainStructure(shape, value as object, path, failures);
  if (shape.kind === "list") explainList(shape, value as readonly unknown[], path, fail, failures);
  if (shape.kind === "map") explainMap(shape, value as Record<string, unknown>, path, fail, failures);
}

/** A value by itself is told its pattern and enum first, in brackets its length comes first. */
function inMessageOrder(constraints: readonly Constraint[]): readonly Constraint[] {
  const isLength = (constraint: Constraint) => constraint.text.startsWith("Member must have");
  return [...constraints.filter((each) => !isLength(each)), ...constraints.filter(isLength)];
}

/** The value of a sensitive member is left out: `Value at 'password' failed ...`. */
function failure(shape: Shape, secret: boolean, value: unknown, path: string, text: string): string {
  if (secret) return `Value at '${path}' failed to satisfy constraint: ${text}`;
  const shown = value === undefined || value === null ? "null" : `'${valueText(shape, value)}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${text}`;
}

function isSecret(member: Member): boolean {
  return member.sensitive === true || member.shape.sensitive === true;
}
