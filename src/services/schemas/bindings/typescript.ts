// Code bindings for TypeScript: a class for each object of the schema, with a map
// from its attributes to JSON's names, and a marshaller that reads it.

import { type Class, type FieldType, fieldName } from "./classes.ts";
import type { SourceFile } from "./source-file.ts";

export function typescriptBinding(
  classes: readonly Class[],
  folders: readonly string[],
): readonly SourceFile[] {
  const folder = folders.join("/");
  const index = classes.map(({ name }) => `export { ${name} } from "./${name}";\n`);
  return [
    ...classes.map((each) => ({ path: `${folder}/${each.name}.ts`, text: classText(each) })),
    { path: `${folder}/index.ts`, text: `${index.join("")}export { Marshaller } from "./Marshaller";\n` },
    { path: `${folder}/Marshaller.ts`, text: marshaller(classes) },
  ];
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case "class":
      return type.name;
    case "list":
      return `Array<${typeText(type.of)}>`;
    case "date-time":
      return "Date";
    case "integer":
      return "number";
    default:
      return type.kind;
  }
}

function classesIn(type: FieldType): readonly string[] {
  return type.kind === "class" ? [type.name] : type.kind === "list" ? classesIn(type.of) : [];
}

function classText({ name, fields }: Class): string {
  const used = [...new Set(fields.flatMap(({ type }) => classesIn(type)))].filter((each) => each !== name);
  const imports = used.map((each) => `import { ${each} } from "./${each}";\n`).join("");
  const members = fields.map(
    (field) => `  ${fieldName(field)}${field.required ? "!" : "?"}: ${typeText(field.type)};\n`,
  );
  const map = fields.map(
    (field) =>
      `    { name: ${JSON.stringify(fieldName(field))}, baseName: ${JSON.stringify(field.name)}, type: ${JSON.stringify(typeText(field.type))} },\n`,
  );
  return `${imports}${imports === "" ? "" : "\n"}export class ${name} {
${members.join("")}
  static readonly attributeTypeMap: ReadonlyArray<{ name: string; baseName: string; type: string }> = [
${map.join("")}  ];
}
`;
}

function marshaller(classes: readonly Class[]): string {
  const imports = classes.map(({ name }) => `import { ${name} } from "./${name}";\n`).join("");
  return `${imports}
const classes: { [name: string]: any } = { ${classes.map(({ name }) => name).join(", ")} };

/** Between objects of these classes and plain JSON values. */
export class Marshaller {
  static marshall(data: any, type: string): any {
    if (data === undefined || data === null) return data;
    const list = /^Array<(.*)>$/.exec(type);
    if (list) return data.map((each: any) => Marshaller.marshall(each, list[1]!));
    if (type === "Date") return data instanceof Date ? data.toISOString() : data;
    const known = classes[type];
    if (!known) return data;
    const made: { [name: string]: any } = {};
    for (const { name, baseName, type: inner } of known.attributeTypeMap) {
      if (data[name] !== undefined) made[baseName] = Marshaller.marshall(data[name], inner);
    }
    return made;
  }

  static unmarshall(data: any, type: string): any {
    if (data === undefined || data === null) return data;
    const list = /^Array<(.*)>$/.exec(type);
    if (list) return data.map((each: any) => Marshaller.unmarshall(each, list[1]!));
    if (type === "Date") return new Date(data);
    const known = classes[type];
    if (!known) return data;
    const made = new known();
    for (const { name, baseName, type: inner } of known.attributeTypeMap) {
      if (data[baseName] !== undefined) made[name] = Marshaller.unmarshall(data[baseName], inner);
    }
    return made;
  }
}
`;
}
