// Expressions and references as closures.

import { captured, compileNodes, type Run } from "./compile.ts";
import { VtlError } from "./error.ts";
import { longestList } from "./limits.ts";
import { callMethod, propertyOf } from "./methods/methods.ts";
import { operators } from "./operators.ts";
import type { Access, Expression, Node, Reference } from "./syntax.ts";
import { emptyMap, isMap, isTrue, Lent, listOf, memberOf, putMember, textOf, type Value } from "./value.ts";

type Evaluate = (run: Run) => Value;

export function compileExpression(expression: Expression): Evaluate {
  switch (expression.kind) {
    case "literal": {
      const { value } = expression;
      return () => value;
    }
    case "text":
      return compileText(expression.nodes);
    case "reference":
      return compileReference(expression.reference);
    case "list": {
      const items = expression.items.map(compileExpression);
      return (run) => listOf(items.map((item) => item(run)));
    }
    case "map":
      return compileMap(expression.entries);
    case "range":
      return compileRange(compileExpression(expression.from), compileExpression(expression.to));
    case "not": {
      const of = compileExpression(expression.of);
      return (run) => !isTrue(of(run));
    }
    case "binary":
      return compileBinary(expression);
  }
}

/** A text that interpolates is a template of its own, with the same variables. */
function compileText(nodes: readonly Node[]): Evaluate {
  const step = compileNodes(nodes);
  return (run) => captured(run, step);
}

function compileMap(entries: readonly (readonly [Expression, Expression])[]): Evaluate {
  const compiled = entries.map(([key, value]) => [compileExpression(key), compileExpression(value)] as const);
  return (run) => {
    const map = emptyMap();
    for (const [key, value] of compiled) putMember(map, textOf(key(run)), value(run));
    return map;
  };
}

function compileRange(from: Evaluate, to: Evaluate): Evaluate {
  return (run) => {
    const [start, end] = [from(run), to(run)];
    if (typeof start !== "number" || typeof end !== "number") return null;
    if (!(Math.abs(end - start) < longestList)) throw new VtlError("A range of the template is too long.");
    const step = start <= end ? 1 : -1;
    return listOf(Array.from({ length: Math.abs(end - start) + 1 }, (_each, at) => start + at * step));
  };
}

function compileBinary({ operator, ...sides }: Expression & { readonly kind: "binary" }): Evaluate {
  const left = compileExpression(sides.left);
  const right = compileExpression(sides.right);
  if (operator === "and") return (run) => isTrue(left(run)) && isTrue(right(run));
  if (operator === "or") return (run) => isTrue(left(run)) || isTrue(right(run));
  const compute = operators[operator];
  return (run) => compute(left(run), right(run));
}

export function compileReference({ name, path }: Reference): Evaluate {
  const root: Evaluate = (run) => run.variables.get(name) ?? null;
  return path.reduce<Evaluate>(compileAccess, root);
}

function compileAccess(owner: Evaluate, access: Access): Evaluate {
  if (access.kind === "property") {
    const { name } = access;
    return (run) => propertyOf(owner(run), name);
  }
  if (access.kind === "index") {
    const at = compileExpression(access.at);
    return (run) => itemAt(owner(run), at(run));
  }
  const { name } = access;
  const parameters = access.parameters.map(compileExpression);
  return (run) => {
    const on = owner(run);
    if (on === null) return null;
    return callMethod(
      on,
      name,
      parameters.map((parameter) => parameter(run)),
    );
  };
}

/** An index that is negative counts from the end. */
function itemAt(on: Value, at: Value): Value {
  if (Array.isArray(on)) return typeof at === "number" ? (on.at(at) ?? null) : null;
  if (on instanceof Lent) return on.property(textOf(at));
  return isMap(on) ? memberOf(on, textOf(at)) : null;
}
