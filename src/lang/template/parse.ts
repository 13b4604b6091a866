// A template's text, JSON or YAML, as a value. YAML's short forms (`!Sub`)
// become the long ones, so that nothing after this knows of them.

import { TemplateError } from "./error.ts";
import { type Fields, isFields, type Value } from "./value.ts";

const functions = [
  "And",
  "Base64",
  "Cidr",
  "Contains",
  "EachMemberEquals",
  "EachMemberIn",
  "Equals",
  "FindInMap",
  "ForEach",
  "GetAZs",
  "GetAtt",
  "If",
  "ImportValue",
  "Join",
  "Length",
  "Not",
  "Or",
  "RefAll",
  "Select",
  "Split",
  "Sub",
  "ToJsonString",
  "Transform",
  "ValueOf",
  "ValueOfAll",
];

const tags = new Map<string, string>([
  ["!Ref", "Ref"],
  ["!Condition", "Condition"],
  ...functions.map((name): [string, string] => [`!${name}`, `Fn::${name}`]),
]);

export async function parseTemplate(text: string): Promise<Fields> {
  const value = text.trimStart().startsWith("{") ? await parseJson(text) : await parseYaml(text);
  if (!isFields(value)) throw new TemplateError("Template format error: unsupported structure.");
  return value;
}

async function parseJson(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    // YAML in flow style begins with a brace as well.
    try {
      return await parseYaml(text);
    } catch {
      const position = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
      const before = text.slice(0, position).split("\n");
      throw new TemplateError(
        `Template format error: JSON not well-formed. (line ${before.length}, column ${(before.at(-1) ?? "").length + 1})`,
      );
    }
  }
}

/** A scalar that would lose something as a number (`1.10`, `012345678901`) stays text. */
function plainNumber(source: string): number | string {
  const number = Number(source);
  return String(number) === source ? number : source;
}

async function parseYaml(text: string): Promise<unknown> {
  const yaml = await import("yaml");
  const document = yaml.parseDocument(text, {
    version: "1.1",
    schema: "core",
    uniqueKeys: false,
    merge: true,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const at = error.linePos?.[0];
    throw new TemplateError(
      `Template format error: YAML not well-formed. (line ${at?.line ?? 1}, column ${at?.col ?? 1})`,
    );
  }
  const budget = { nodes: 500_000 };
  const plain = (node: unknown): Value => {
    if (--budget.nodes < 0) throw new TemplateError("Template format error: too many aliases.");
    if (yaml.isAlias(node)) return plain(node.resolve(document));
    const value = untagged(node);
    const tag = yaml.isNode(node) ? node.tag : undefined;
    if (tag === undefined || !tag.startsWith("!") || tag.startsWith("!!")) return value;
    const name = tags.get(tag);
    if (name === undefined) {
      throw new TemplateError(`Template format error: YAML not well-formed. (unknown tag ${tag})`);
    }
    return { [name]: name === "Fn::GetAtt" && typeof value === "string" ? attributePath(value) : value };
  };
  const untagged = (node: unknown): Value => {
    if (yaml.isMap(node)) {
      const fields: Record<string, Value> = {};
      for (const { key, value } of node.items) {
        const name = yaml.isScalar(key) ? String(key.source ?? key.value) : String(key);
        if (name === "<<" && (yaml.isAlias(value) || yaml.isMap(value))) {
          const merged = plain(value);
          if (isFields(merged)) for (const [each, inner] of Object.entries(merged)) fields[each] ??= inner;
        } else fields[name] = plain(value);
      }
      return fields;
    }
    if (yaml.isSeq(node)) return node.items.map(plain);
    if (!yaml.isScalar(node)) return null;
    // A tagged scalar is text, whatever it looks like; so is one in quotes.
    if (node.type !== "PLAIN") return typeof node.value === "string" ? node.value : String(node.source ?? "");
    const source = String(node.source ?? "");
    if (node.tag?.startsWith("!") === true && !node.tag.startsWith("!!")) return source;
    if (typeof node.value === "number") return plainNumber(source);
    if (typeof node.value === "bigint") return source;
    if (/^(yes|on)$/i.test(source)) return true;
    if (/^(no|off)$/i.test(source)) return false;
    if (node.value === null || typeof node.value === "boolean") return node.value;
    return String(node.value);
  };
  return plain(document.contents);
}

/** `Database.Endpoint.Address`: the resource, and an attribute that may hold dots itself. */
export function attributePath(text: string): readonly string[] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
