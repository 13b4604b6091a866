// Conditions and projections over whole documents against an evaluator that
// works on plain JavaScript, in the simplest way there is.

import fc from "fast-check";
import { expect, test } from "vitest";
import { itemsEqual } from "../../values/compare.ts";
import { Expressions } from "../expressions.ts";
import {
  at,
  canonical,
  type Document,
  document,
  item,
  naming,
  type Path,
  type Plain,
  path,
  scalar,
  text,
  typeOf,
  value,
} from "./documents.ts";

/** A condition as text with the literals it names, and as what it means. */
interface Condition {
  readonly text: (name: (literal: Plain) => string) => string;
  readonly holds: (document: Document) => boolean;
}

const ordered = fc.oneof(fc.constantFrom("", "m", "mt", "z"), fc.integer({ min: -3, max: 12 }));
const orders: Record<string, (left: string | number, right: string | number) => boolean> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

function compared(operator: string, left: Plain | undefined, right: Plain | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left !== typeof right || (typeof left !== "string" && typeof left !== "number")) return false;
  return orders[operator]!(left, right as string | number);
}

function sizeOf(given: Plain | undefined): number | undefined {
  if (typeof given === "string" || Array.isArray(given)) return given.length;
  if (given instanceof Set) return given.size;
  return typeof given === "object" && given !== null ? Object.keys(given).length : undefined;
}

function containing(whole: Plain | undefined, part: Plain): boolean {
  if (typeof whole === "string") return typeof part === "string" && whole.includes(part);
  if (whole instanceof Set) return typeof part === "string" && whole.has(part);
  return Array.isArray(whole) && whole.some((each) => canonical(each) === canonical(part));
}

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(path, fc.boolean(), value).map(([where, equal, literal]) => ({
    text: (name: (literal: Plain) => string) => `${text(where)} ${equal ? "=" : "<>"} ${name(literal)}`,
    holds: (given: Document) => {
      const found = at(given, where);
      return (found !== undefined && canonical(found) === canonical(literal)) === equal;
    },
  })),
  fc.tuple(path, fc.constantFrom(...Object.keys(orders)), ordered).map(([where, operator, literal]) => ({
    text: (name: (literal: Plain) => string) => `${name(literal)} ${operator} ${text(where)}`,
    holds: (given: Document) => compared(operator, literal, at(given, where)),
  })),
  fc.tuple(path, path, fc.constantFrom("=", ...Object.keys(orders))).map(([left, right, operator]) => ({
    text: () =>
      text(left) === text(right)
        ? `attribute_exists(${text(left)})`
        : `${text(left)} ${operator} ${text(right)}`,
    holds: (given: Document) => {
      const [first, second] = [at(given, left), at(given, right)];
      if (text(left) === text(right)) return first !== undefined;
      if (operator !== "=") return compared(operator, first, second);
      return first !== undefined && second !== undefined && canonical(first) === canonical(second);
    },
  })),
  fc
    .tuple(path, fc.integer({ min: 0, max: 3 }), fc.constantFrom("=", ">"))
    .map(([where, size, operator]) => ({
      text: (name: (literal: Plain) => string) => `size(${text(where)}) ${operator} ${name(size)}`,
      holds: (given: Document) => {
        const found = sizeOf(at(given, where));
        return found !== undefined && (operator === "=" ? found === size : found > size);
      },
    })),
  fc.tuple(path, ordered, ordered).map(([where, one, two]) => {
    const same = typeof one === typeof two;
    const [low, high] = same && one > two ? [two, one] : [one, same ? two : one];
    return {
      text: (name: (literal: Plain) => string) => `${text(where)} BETWEEN ${name(low)} AND ${name(high)}`,
      holds: (given: Document) =>
        compared(">=", at(given, where), low) && compared("<=", at(given, where), high),
    };
  }),
  fc.tuple(path, fc.array(value, { minLength: 1, maxLength: 3 })).map(([where, list]) => ({
    text: (name: (literal: Plain) => string) => `${text(where)} IN (${list.map(name).join(", ")})`,
    holds: (given: Document) => {
      const found = at(given, where);
      return found !== undefined && list.some((each) => canonical(each) === canonical(found));
    },
  })),
  fc.tuple(path, fc.constantFrom("S", "N", "BOOL", "NULL", "SS", "L", "M")).map(([where, type]) => ({
    text: (name: (literal: Plain) => string) => `attribute_type(${text(where)}, ${name(type)})`,
    holds: (given: Document) => {
      const found = at(given, where);
      return found !== undefined && typeOf(found) === type;
    },
  })),
  fc.tuple(path, fc.constantFrom("", "m", "mt")).map(([where, start]) => ({
    text: (name: (literal: Plain) => string) => `begins_with(${text(where)}, ${name(start)})`,
    holds: (given: Document) => {
      const found = at(given, where);
      return typeof found === "string" && found.startsWith(start);
    },
  })),
  fc.tuple(path, scalar).map(([where, part]) => ({
    text: (name: (literal: Plain) => string) => `contains(${text(where)}, ${name(part)})`,
    holds: (given: Document) => containing(at(given, where), part),
  })),
);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie("condition").map((inner) => ({
      text: (name: (literal: Plain) => string) => `NOT (${inner.text(name)})`,
      holds: (given: Document) => !inner.holds(given),
    })),
    fc.tuple(tie("condition"), tie("condition"), fc.boolean()).map(([left, right, and]) => ({
      text: (name: (literal: Plain) => string) =>
        `(${left.text(name)} ${and ? "AND" : "OR"} ${right.text(name)})`,
      holds: (given: Document) =>
        and ? left.holds(given) && right.holds(given) : left.holds(given) || right.holds(given),
    })),
  ),
})).condition;

test("conditions hold of documents where a plain evaluator says so", () => {
  fc.assert(
    fc.property(condition, document, (sample, candidate) => {
      const { name, given } = naming();
      // An outer pair of parentheses around another would be refused as redundant.
      const written = sample.text(name).replaceAll("((", "(NOT NOT (");
      const expressions = new Expressions({ FilterExpression: written, ...given() });
      const compiled = expressions.condition("FilterExpression", written);
      expressions.finish();
      expect(compiled.test(item(candidate)), written).toBe(sample.holds(candidate));
    }),
    { numRuns: 500 },
  );
});

test("projections show of documents what a plain evaluator finds", () => {
  const paths = fc.uniqueArray(
    fc.constantFrom<Path>(["a"], ["m", "x"], ["m", "y"], ["l", 0], ["l", 2], ["s", "x"]),
    {
      minLength: 1,
      selector: text,
    },
  );
  fc.assert(
    fc.property(paths, document, (wanted, given) => {
      const written = wanted.map(text).join(", ");
      const shown = new Expressions({ ProjectionExpression: written })
        .projection(written)
        .project(item(given));
      const expected: Document = {};
      for (const where of wanted.toSorted((left, right) => (text(left) < text(right) ? -1 : 1))) {
        const found = at(given, where);
        const [name, step] = where as [string, string | number | undefined];
        if (found === undefined) continue;
        if (step === undefined) expected[name] = found;
        else if (typeof step === "number") expected[name] = [...((expected[name] as Plain[]) ?? []), found];
        else expected[name] = { ...((expected[name] as Document) ?? {}), [step]: found };
      }
      expect(itemsEqual(shown, item(expected)), `${written} of ${canonical(given)}`).toBe(true);
    }),
    { numRuns: 500 },
  );
});
