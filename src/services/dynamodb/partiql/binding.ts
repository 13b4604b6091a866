// A statement with the values of its parameters: literals and question marks
// become attribute values.

import { Fault } from "../../../core/fault.ts";
import {
  type Expression,
  type ParsedStatement,
  PartiqlError,
  parseStatement,
  type Statement,
} from "../../../lang/partiql/index.ts";
import { BoundedCache } from "../expressions/bounded-cache.ts";
import { validation } from "../faults.ts";
import { type AttributeValue, type Item, setAttribute, typeOf } from "../values/attribute-value.ts";
import { newMeasure, normaliseValue } from "../values/validate.ts";

// Memoised pure function: what it holds can always be computed again.
const statements = new BoundedCache<ParsedStatement>(256);

export interface Bound {
  readonly statement: Statement;
  readonly parameters: readonly AttributeValue[];
}

export function bind(text: string, given: readonly AttributeValue[] | undefined): Bound {
  const { statement, parameters: count } = parse(text);
  const parameters = (given ?? []).map((value) => normaliseValue(value, newMeasure("older")));
  if (given !== undefined && given.length === 0) {
    throw validation(
      "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (parameters.length !== count) {
    throw validation("Number of parameters in request and statement don't match.");
  }
  return { statement, parameters };
}

function parse(text: string): ParsedStatement {
  try {
    return statements.get(text, () => parseStatement(text));
  } catch (error) {
    if (!(error instanceof PartiqlError)) throw error;
    throw error.wellFormed ? validation(error.message) : malformed(error.message);
  }
}

export function malformed(detail: string): Error {
  return validation(`Statement wasn't well formed, can't be processed: ${detail}`);
}

/**
 * The value that an expression stands for whatever the item is; undefined where
 * it reads the item. `under` is where it lies in the whole value.
 */
export function constant(
  expression: Expression,
  parameters: readonly AttributeValue[],
  under = "root",
): AttributeValue | undefined {
  switch (expression.kind) {
    case "string":
      return { S: expression.text };
    case "number":
      return literalNumber(expression.text, under);
    case "boolean":
      return { BOOL: expression.value };
    case "null":
      return { NULL: true };
    case "parameter":
      return parameters[expression.index];
    case "list":
      return { L: expression.members.map((member, at) => required(member, parameters, `${under}[${at}]`)) };
    case "struct": {
      const item: Record<string, AttributeValue> = {};
      for (const { name, value } of expression.fields) {
        setAttribute(item, name, required(value, parameters, `${under}.${name}`));
      }
      return { M: item };
    }
    case "bag":
      return set(expression.members.map((member) => required(member, parameters)));
    default:
      return undefined;
  }
}

function literalNumber(text: string, under: string): AttributeValue {
  try {
    return normaliseValue({ N: text }, newMeasure("older"));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validation(`${error.message} under ${under}`);
  }
}

export function required(
  expression: Expression,
  parameters: readonly AttributeValue[],
  under = "root",
): AttributeValue {
  if (expression.kind === "call") {
    const { name, place } = expression;
    throw validation(`Unsupported data type: ${name} under key ${under} at ${place}`);
  }
  const value = constant(expression, parameters, under);
  if (value === undefined) throw malformed("Unexpected term");
  return value;
}

function set(members: readonly AttributeValue[]): AttributeValue {
  const [first] = members;
  if (first === undefined) throw validation("Empty bags are not supported");
  const type = typeOf(first);
  if (type !== "S" && type !== "N" && type !== "B") throw validation("Unsupported type in set");
  if (members.some((member) => typeOf(member) !== type)) {
    throw validation("Set must contain elements of the same type");
  }
  const values = members.map((member) => member[type]!);
  return normaliseValue({ [`${type}S`]: values } as AttributeValue, newMeasure("older"));
}

export function structItem(expression: Expression, parameters: readonly AttributeValue[]): Item {
  if (expression.kind === "struct") {
    const item: Record<string, AttributeValue> = {};
    for (const { name, value } of expression.fields) setAttribute(item, name, required(value, parameters));
    return item;
  }
  const value = constant(expression, parameters);
  if (value?.M === undefined) throw validation("Item to insert in INSERT statement must be a struct");
  return value.M;
}
