// Code bindings for Python 3: a class for each object of the schema, with the
// tables that its marshaller reads.

import type { Class, Field, FieldType } from "./classes.ts";
import type { SourceFile } from "./source-file.ts";

const keywords = new Set(
  "self and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return self try while with yield None True False".split(
    " ",
  ),
);

export function pythonBinding(classes: readonly Class[], folders: readonly string[]): readonly SourceFile[] {
  const folder = folders.join("/");
  const imports = classes.map(({ name }) => `from .${name} import ${name}\n`).join("");
  const parents = folders.slice(0, -1).map((_part, at) => folders.slice(0, at + 1).join("/"));
  return [
    ...parents.map((each) => ({ path: `${each}/__init__.py`, text: "" })),
    { path: `${folder}/__init__.py`, text: `${imports}from .marshaller import Marshaller\n` },
    ...classes.map((each) => ({ path: `${folder}/${each.name}.py`, text: classText(each) })),
    { path: `${folder}/marshaller.py`, text: marshaller },
  ];
}

/** `DetailType` to `detail_type`. */
function attribute({ label }: Field): string {
  const made = label.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return keywords.has(made) ? `_${made}` : made;
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case "class":
      return type.name;
    case "list":
      return `list[${typeText(type.of)}]`;
    case "date-time":
      return "datetime";
    case "string":
      return "str";
    case "number":
      return "float";
    case "integer":
      return "int";
    case "boolean":
      return "bool";
    case "any":
      return "object";
  }
}

function classText({ name, fields }: Class): string {
  const table = (entries: readonly (readonly [string, string])[]): string =>
    entries.map(([key, value]) => `        ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("");
  const types = table(fields.map((field) => [attribute(field), typeText(field.type)]));
  const map = table(fields.map((field) => [attribute(field), field.name]));
  const parameters = fields.map((field) => `, ${attribute(field)}=None`).join("");
  const body = fields.map((field) => `        self.${attribute(field)} = ${attribute(field)}\n`).join("");
  return `class ${name}(object):
    _types = {
${types}    }

    _attribute_map = {
${map}    }

    def __init__(self${parameters}):
${body === "" ? "        pass\n" : body}
    def __eq__(self, other):
        return isinstance(other, ${name}) and self.__dict__ == other.__dict__
`;
}

const marshaller = `import datetime
import importlib
import re


class Marshaller:
    """Between objects of these classes and plain JSON values."""

    @classmethod
    def marshall(cls, obj):
        if isinstance(obj, list):
            return [cls.marshall(each) for each in obj]
        if isinstance(obj, datetime.datetime):
            return obj.isoformat().replace("+00:00", "Z")
        names = getattr(obj, "_attribute_map", None)
        if names is None:
            return obj
        values = ((json_name, getattr(obj, name)) for name, json_name in names.items())
        return {json_name: cls.marshall(value) for json_name, value in values if value is not None}

    @classmethod
    def unmarshall(cls, data, type_name):
        if data is None:
            return None
        if not isinstance(type_name, str):
            return cls._instance(data, type_name)
        listed = re.match(r"list\\[(.*)\\]$", type_name)
        if listed:
            return [cls.unmarshall(each, listed.group(1)) for each in data]
        if type_name == "datetime":
            return datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))
        if type_name in ("str", "float", "int", "bool", "object"):
            return data
        module = importlib.import_module("." + type_name, __package__)
        return cls._instance(data, getattr(module, type_name))

    @classmethod
    def _instance(cls, data, known):
        made = known()
        for name, json_name in known._attribute_map.items():
            if json_name in data:
                setattr(made, name, cls.unmarshall(data[json_name], known._types[name]))
        return made
`;
