// Prints a value as AWS's validation messages do, which is as Java prints it:
// `[a, b]`, `{key=value}`, `KeySchemaElement(attributeName=id, keyType=HASH)`.

import type { Shape } from "./shapes.ts";

export function valueText(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return "null";
  switch (shape.kind) {
    case "list":
      return `[${(value as readonly unknown[]).map((each) => valueText(shape.member.shape, each)).join(", ")}]`;
    case "map": {
      const entries = Object.entries(value as object);
      return `{${entries.map(([key, each]) => `${key}=${valueText(shape.value.shape, each)}`).join(", ")}}`;
    }
    case "structure": {
      const members = [...shape.members.values()].map(
        ({ name, shape: inner, sensitive }) =>
          `${lowerCamel(name)}=${sensitive || inner.sensitive ? "*****" : valueText(inner, (value as Record<string, unknown>)[name])}`,
      );
      return `${shape.name}(${members.join(", ")})`;
    }
    case "float":
    case "double":
      return Number.isInteger(value) ? `${value}.0` : `${value}`;
    case "blob": {
      const length = (value as Uint8Array).byteLength;
      return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`;
    }
    case "document":
      return JSON.stringify(value);
    default:
      return `${value}`;
  }
}

/** AWS's validation writes every member's name with a small first letter, `SSEType` as `sSEType`. */
export function lowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
