// Condition and filter expressions as functions: parsed and compiled once,
// then checked against each request's values and run against each item.

import { type AttributeValue, type Item, typeOf, type ValueType } from "../values/attribute-value.ts";
import { compareValues, valuesEqual } from "../values/compare.ts";
import {
  type Comparator,
  type Condition,
  type ConditionFunction,
  type Operand,
  type ParsedCondition,
  parseCondition,
} from "./condition-syntax.ts";
import { type ExpressionKind, invalidExpression, undefinedValue } from "./errors.ts";
import { beginsWith, contains, showValue, sizeOf } from "./functions.ts";
import { type Names, valueAt } from "./path.ts";

/** `ExpressionAttributeValues`, validated; the colon is part of the name. */
export type Values = Readonly<Record<string, AttributeValue>>;

export type Test = (item: Item, values: Values) => boolean;
type Read = (item: Item, values: Values) => AttributeValue | undefined;
/** What must hold of a request's values before any item is looked at. */
type Check = (values: Values) => void;

export interface CompiledCondition {
  readonly parsed: ParsedCondition;
  readonly check: Check;
  readonly test: Test;
}

export function compileCondition(
  kind: ExpressionKind,
  text: string,
  names: Names | undefined,
): CompiledCondition {
  const parsed = parseCondition(kind, text, names);
  return { parsed, ...compileTree(kind, parsed.condition) };
}

export function compileTree(
  kind: ExpressionKind | undefined,
  condition: Condition,
): Omit<CompiledCondition, "parsed"> {
  const compiler = new ConditionCompiler(kind);
  const test = compiler.condition(condition);
  const { checks } = compiler;
  return {
    test,
    check: (values) => {
      for (const check of checks) check(values);
    },
  };
}

const typeNames: readonly ValueType[] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

class ConditionCompiler {
  readonly checks: Check[] = [];
  readonly #kind: ExpressionKind | undefined;

  constructor(kind: ExpressionKind | undefined) {
    this.#kind = kind;
  }

  condition(condition: Condition): Test {
    switch (condition.kind) {
      case "and": {
        const left = this.condition(condition.left);
        const right = this.condition(condition.right);
        return (item, values) => left(item, values) && right(item, values);
      }
      case "or": {
        const left = this.condition(condition.left);
        const right = this.condition(condition.right);
        return (item, values) => left(item, values) || right(item, values);
      }
      case "not": {
        const inner = this.condition(condition.condition);
        return (item, values) => !inner(item, values);
      }
      case "comparison":
        return this.#comparison(condition.comparator, condition.left, condition.right);
      case "between":
        return this.#between(condition.operand, condition.low, condition.high);
      case "in": {
        const operand = this.#operand(condition.operand);
        const list = condition.list.map((member) => this.#operand(member));
        return (item, values) => {
          const value = operand(item, values);
          if (value === undefined) return false;
          return list.some((read) => {
            const member = read(item, values);
            return member !== undefined && valuesEqual(value, member);
          });
        };
      }
      case "function":
        return this.#function(condition.name, condition.operands);
    }
  }

  #comparison(comparator: Comparator, leftOperand: Operand, rightOperand: Operand): Test {
    const left = this.#operand(leftOperand);
    const right = this.#operand(rightOperand);
    if (comparator === "=" || comparator === "<>") {
      const wanted = comparator === "=";
      return (item, values) => {
        const a = left(item, values);
        const b = right(item, values);
        // Something missing equals nothing, and therefore differs from everything.
        return (a !== undefined && b !== undefined && valuesEqual(a, b)) === wanted;
      };
    }
    this.#requireType(comparator, leftOperand, ordered);
    this.#requireType(comparator, rightOperand, ordered);
    const holds = orderings[comparator];
    return (item, values) => {
      const a = left(item, values);
      const b = right(item, values);
      if (a === undefined || b === undefined) return false;
      const order = compareValues(a, b);
      return order !== undefined && holds(order);
    };
  }

  #between(operand: Operand, lowOperand: Operand, highOperand: Operand): Test {
    const read = this.#operand(operand);
    const low = this.#operand(lowOperand);
    const high = this.#operand(highOperand);
    for (const bound of [operand, lowOperand, highOperand]) this.#requireType("BETWEEN", bound, ordered);
    if (lowOperand.kind === "value" && highOperand.kind === "value") {
      const [lowName, highName] = [lowOperand.name, highOperand.name];
      this.checks.push((values) => this.#checkBounds(values[lowName]!, values[highName]!));
    }
    return (item, values) => {
      const value = read(item, values);
      const least = low(item, values);
      const most = high(item, values);
      if (value === undefined || least === undefined || most === undefined) return false;
      const fromLow = compareValues(value, least);
      const toHigh = compareValues(value, most);
      return fromLow !== undefined && toHigh !== undefined && fromLow >= 0 && toHigh <= 0;
    };
  }

  #checkBounds(low: AttributeValue, high: AttributeValue): void {
    const shown = `lower bound operand: AttributeValue: ${showValue(low)}, upper bound operand: AttributeValue: ${showValue(high)}`;
    const order = compareValues(low, high);
    if (order === undefined) {
      throw invalidExpression(
        this.#kind,
        `The BETWEEN operator requires same data type for lower and upper bounds; ${shown}`,
      );
    }
    if (order > 0) {
      throw invalidExpression(
        this.#kind,
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${shown}`,
      );
    }
  }

  #function(name: ConditionFunction, operands: readonly Operand[]): Test {
    const first = this.#operand(operands[0]!);
    if (name === "attribute_exists") return (item, values) => first(item, values) !== undefined;
    if (name === "attribute_not_exists") return (item, values) => first(item, values) === undefined;
    const second = this.#operand(operands[1]!);
    if (name === "attribute_type") {
      this.#requireTypeName(operands[1]!);
      return (item, values) => {
        const value = first(item, values);
        return value !== undefined && typeOf(value) === second(item, values)?.S;
      };
    }
    if (name === "begins_with") {
      for (const operand of operands) this.#requireType(name, operand, new Set<ValueType>(["S", "B"]));
      return (item, values) => beginsWith(first(item, values), second(item, values));
    }
    return (item, values) => contains(first(item, values), second(item, values));
  }

  #requireTypeName(operand: Operand): void {
    if (operand.kind !== "value") {
      throw this.#wrongType(
        "attribute_type",
        operand.kind === "size" ? "N" : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
      );
    }
    const { name } = operand;
    this.#requireType("attribute_type", operand, new Set<ValueType>(["S"]));
    this.checks.push((values) => {
      const type = values[name]!.S!;
      if (!typeNames.includes(type as ValueType)) {
        throw invalidExpression(
          this.#kind,
          `Invalid attribute type name found; type: ${type}, valid types: {${typeNames.join(",")}}`,
        );
      }
    });
  }

  #operand(operand: Operand): Read {
    switch (operand.kind) {
      case "path": {
        const { path } = operand;
        return (item) => valueAt(item, path);
      }
      case "value": {
        const { name } = operand;
        this.checks.push((values) => {
          if (values[name] === undefined) throw undefinedValue(this.#kind, name);
        });
        return (_item, values) => values[name];
      }
      case "size": {
        if (operand.operand.kind === "size") throw this.#wrongType("size", "N");
        const inner = this.#operand(operand.operand);
        this.#requireType("size", operand.operand, sized);
        return (item, values) => {
          const value = inner(item, values);
          const size = value === undefined ? undefined : sizeOf(value);
          return size === undefined ? undefined : { N: String(size) };
        };
      }
    }
  }

  /** A literal of a type that the operator never takes is a mistake; an attribute of such a type just does not match. */
  #requireType(operator: string, operand: Operand, allowed: ReadonlySet<ValueType>): void {
    if (operand.kind === "size" && !allowed.has("N")) throw this.#wrongType(operator, "N");
    if (operand.kind !== "value") return;
    const { name } = operand;
    this.checks.push((values) => {
      const type = typeOf(values[name]!);
      if (!allowed.has(type)) throw this.#wrongType(operator, type);
    });
  }

  #wrongType(operator: string, type: string): Error {
    return invalidExpression(
      this.#kind,
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
    );
  }
}

const ordered: ReadonlySet<ValueType> = new Set(["S", "N", "B"]);
const sized: ReadonlySet<ValueType> = new Set(["S", "B", "SS", "NS", "BS", "L", "M"]);

const orderings: Readonly<Record<"<" | "<=" | ">" | ">=", (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};
