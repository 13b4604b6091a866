// Resources as Cloud Control names them: by the identifier that the type's
// schema makes up of its properties.

import { fault } from "../../core/fault.ts";
import type { ProvidedType } from "../../core/provision.ts";
import type { Properties, ResourceContext } from "../../core/resource-type.ts";
import { cloudcontrol, unsupportedAction } from "./model.ts";

/** `FunctionName|Id` of a permission; most are just the physical id. */
export function identifierOf({ definition }: ProvidedType, id: string, properties: Properties): string {
  return definition.identifier?.(id, properties) ?? id;
}

/** The physical id: where a type puts its identifier together, the part that names it, or else the last one. */
export function idOf(type: ProvidedType, identifier: string): string {
  const { definition, schema } = type;
  if (definition.identifier === undefined) return identifier;
  const parts = identifier.split("|");
  const at = schema?.identifier.indexOf(definition.name?.property ?? "") ?? -1;
  return parts[at < 0 ? parts.length - 1 : at] ?? identifier;
}

/** The properties that an identifier spells out. */
export function keyProperties({ schema }: ProvidedType, identifier: string): Properties {
  const names = schema?.identifier ?? [];
  const values = names.length > 1 ? identifier.split("|") : [identifier];
  return Object.fromEntries(names.map((name, at) => [name, values[at]]));
}

/** Properties and read-only ones, as they are now. */
export async function readResource(
  type: ProvidedType,
  identifier: string,
  at: ResourceContext,
): Promise<Properties> {
  const { read } = type.definition;
  if (read === undefined) throw unsupportedAction(type.definition.type, "READ");
  const found = await read(idOf(type, identifier), at, keyProperties(type, identifier));
  if (found === undefined) {
    throw fault(
      cloudcontrol,
      "ResourceNotFoundException",
      `Resource of type '${type.definition.type}' with identifier '${identifier}' was not found.`,
    );
  }
  return found;
}

/** Those that a template may give. */
export function writable({ schema }: ProvidedType, properties: Properties): Properties {
  const known = schema?.properties ?? {};
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name in known));
}
