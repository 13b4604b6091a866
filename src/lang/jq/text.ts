// Texts made of values: `tostring` and the formats `@csv`, `@uri` and the like.

import { JqError, type Json } from "./syntax.ts";
import { isArray, shown } from "./values.ts";

export function textOf(value: Json): string {
  return typeof value === "string" ? value : jsonOf(value);
}

/** Infinite numbers become the largest there are, what is no number null. */
export function jsonOf(value: Json): string {
  return JSON.stringify(value, (_name, each) =>
    each === Number.POSITIVE_INFINITY
      ? Number.MAX_VALUE
      : each === Number.NEGATIVE_INFINITY
        ? -Number.MAX_VALUE
        : each,
  );
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "'": "&apos;",
  '"': "&quot;",
};

export function format(name: string, value: Json): string {
  switch (name) {
    case "@text":
      return textOf(value);
    case "@json":
      return jsonOf(value);
    case "@html":
      return textOf(value).replace(/[<>&'"]/g, (letter) => htmlEscapes[letter]!);
    case "@uri":
      return encodeURIComponent(textOf(value));
    case "@base64":
      return Buffer.from(textOf(value)).toString("base64");
    case "@base64d":
      return Buffer.from(textOf(value), "base64").toString();
    case "@csv":
      return row(value, "csv", ",", (text) => `"${text.replaceAll('"', '""')}"`);
    case "@tsv":
      return row(value, "tsv", "\t", (text) =>
        text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n").replaceAll("\r", "\\r"),
      );
    case "@sh":
      return (isArray(value) ? value : [value])
        .map((each) => {
          if (typeof each === "object" && each !== null) {
            throw new JqError(`${shown(each)} can not be escaped for shell`);
          }
          return typeof each === "string" ? `'${each.replaceAll("'", "'\\''")}'` : jsonOf(each);
        })
        .join(" ");
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

function row(value: Json, name: string, separator: string, quote: (text: string) => string): string {
  if (!isArray(value)) throw new JqError(`${shown(value)} cannot be ${name}-formatted, only an array can be`);
  return value
    .map((each) => {
      if (each === null) return "";
      if (typeof each === "string") return quote(each);
      if (typeof each === "object") throw new JqError(`${shown(each)} is not valid in a csv row`);
      return jsonOf(each);
    })
    .join(separator);
}
