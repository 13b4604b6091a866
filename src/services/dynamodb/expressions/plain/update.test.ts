// Updates of whole documents against an evaluator that works on plain
// JavaScript, in the simplest way there is.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../../../core/fault.ts";
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
  strings,
  text,
  typeOf,
  value,
} from "./documents.ts";

/** An action as text, and as what it does to a copy; it reads the document as it was. */
interface Action {
  readonly section: "SET" | "REMOVE" | "ADD" | "DELETE";
  readonly text: (name: (literal: Plain) => string) => string;
  readonly target: Path;
  /** The new value, undefined for none; throws where there can be none. */
  readonly result: (document: Document) => Plain | undefined;
}

class Impossible extends Error {}

function wanted<T>(found: T | undefined): T {
  if (found === undefined) throw new Impossible();
  return found;
}

function numberAt(given: Document, where: Path): number {
  const found = wanted(at(given, where));
  if (typeof found !== "number") throw new Impossible();
  return found;
}

const target = fc.constantFrom<Path>(
  ["a"],
  ["b"],
  ["n"],
  ["s"],
  ["m", "x"],
  ["m", "y"],
  ["l", 0],
  ["l", 1],
  ["l", 7],
);
const setting: fc.Arbitrary<Omit<Action, "section" | "target">> = fc.oneof(
  value.map((literal) => ({
    text: (name: (literal: Plain) => string) => name(literal),
    result: () => literal,
  })),
  path.map((where) => ({ text: () => text(where), result: (given: Document) => wanted(at(given, where)) })),
  fc.tuple(path, fc.integer({ min: -3, max: 3 }), fc.boolean()).map(([where, amount, plus]) => ({
    text: (name: (literal: Plain) => string) => `${text(where)} ${plus ? "+" : "-"} ${name(amount)}`,
    result: (given: Document) => numberAt(given, where) + (plus ? amount : -amount),
  })),
  fc.tuple(path, value).map(([where, literal]) => ({
    text: (name: (literal: Plain) => string) => `if_not_exists(${text(where)}, ${name(literal)})`,
    result: (given: Document) => at(given, where) ?? (at(given, where) === null ? null : literal),
  })),
  fc.tuple(path, fc.array(value, { maxLength: 2 })).map(([where, literal]) => ({
    text: (name: (literal: Plain) => string) => `list_append(${name(literal)}, ${text(where)})`,
    result: (given: Document) => {
      const found = wanted(at(given, where));
      if (!Array.isArray(found)) throw new Impossible();
      return [...literal, ...found];
    },
  })),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(target, setting).map(
      ([where, inner]): Action => ({
        section: "SET",
        target: where,
        text: (name) => `${text(where)} = ${inner.text(name)}`,
        result: inner.result,
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: target.map(
      (where): Action => ({
        section: "REMOVE",
        target: where,
        text: () => text(where),
        result: () => undefined,
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom<Path>(["n"], ["a"]), fc.integer({ min: -3, max: 3 })).map(
      ([where, amount]): Action => ({
        section: "ADD",
        target: where,
        text: (name) => `${text(where)} ${name(amount)}`,
        result: (given) => (at(given, where) === undefined ? amount : numberAt(given, where) + amount),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom("ADD" as const, "DELETE" as const), strings).map(
      ([section, members]): Action => ({
        section,
        target: ["s"],
        text: (name) => `s ${name(members)}`,
        result: (given) => {
          const found = at(given, ["s"]);
          if (found === undefined) return section === "ADD" ? members : undefined;
          if (!(found instanceof Set)) throw new Impossible();
          const changed = new Set(
            section === "ADD"
              ? [...found, ...members]
              : [...found].filter((each) => !(members as Set<string>).has(each)),
          );
          return changed.size === 0 ? undefined : changed;
        },
      }),
    ),
  },
);

function performed(actions: readonly Action[], given: Document): Document {
  const next: Document = structuredClone(given);
  const results = actions.map(({ result }) => result(given));
  // Positions of lists in their order, so that what lies beyond the end is appended in it.
  const inOrder = [...actions.keys()].sort((left, right) =>
    text(actions[left]!.target) < text(actions[right]!.target) ? -1 : 1,
  );
  const gone = new Map<Plain[], Set<number>>();
  for (const place of inOrder) {
    const [name, step] = actions[place]!.target as [string, string | number | undefined];
    const result = results[place];
    if (step === undefined) {
      if (result === undefined) delete next[name];
      else next[name] = result;
      continue;
    }
    const parent = wanted(at(given, [name]));
    const changed = next[name]!;
    if (typeof step === "string") {
      if (typeOf(parent) !== "M") throw new Impossible();
      if (result === undefined) delete (changed as Document)[step];
      else (changed as Document)[step] = result;
    } else {
      if (!Array.isArray(parent) || !Array.isArray(changed)) throw new Impossible();
      if (result === undefined) gone.set(changed, (gone.get(changed) ?? new Set()).add(step));
      else if (step < parent.length) changed[step] = result;
      else changed.push(result);
    }
  }
  for (const [list, steps] of gone) {
    const length = Array.isArray(given.l) ? given.l.length : 0;
    for (const step of [...steps].sort((left, right) => right - left))
      if (step < length) list.splice(step, 1);
  }
  return next;
}

test("updates make of documents what a plain evaluator makes, and fail where it does", () => {
  const plan = fc.uniqueArray(action, {
    minLength: 1,
    maxLength: 5,
    selector: ({ target: where }) => text(where),
  });
  let done = 0;
  fc.assert(
    fc.property(plan, document, (actions, given) => {
      const { name, given: values } = naming();
      const sections = (["SET", "REMOVE", "ADD", "DELETE"] as const).flatMap((section) => {
        const own = actions.filter((each) => each.section === section);
        return own.length === 0 ? [] : [`${section} ${own.map((each) => each.text(name)).join(", ")}`];
      });
      const written = sections.join(" ");
      const update = () => {
        const expressions = new Expressions({ UpdateExpression: written, ...values() });
        const compiled = expressions.update(written);
        expressions.finish();
        return compiled.apply(item(given));
      };
      let expected: Document;
      try {
        expected = performed(actions, given);
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        expect(update, written).toThrow(Fault);
        return;
      }
      done += 1;
      expect(itemsEqual(update(), item(expected)), `${written} of ${canonical(given)}`).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(done).toBeGreaterThan(100);
});
