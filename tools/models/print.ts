// Prints a compiled model as JSON with one operation and one shape to a line, so
// that a new version of a model reads well as a diff.

import type { CompiledModel } from "../../src/model/format.ts";

export function printModel(model: CompiledModel): string {
  const operations = Object.entries(model.operations).map(
    ([name, operation]) => `${JSON.stringify(name)}:${JSON.stringify(operation)}`,
  );
  const shapes = model.shapes.map((shape) => JSON.stringify(shape));
  return [
    `{"service":${JSON.stringify(model.service)},`,
    `"operations":{\n${operations.join(",\n")}},`,
    `"names":${JSON.stringify(model.names)},`,
    `"shapes":[\n${shapes.join(",\n")}]}\n`,
  ].join("\n");
}
