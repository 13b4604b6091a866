// The forms in which a function may be named: its name, a partial ARN
// (`123456789012:function:name`), or the whole ARN, each with or without a
// qualifier.

import type { Place } from "../../core/place.ts";
import { invalid } from "./model.ts";

export interface FunctionReference extends Place {
  readonly name: string;
  /** A version number, an alias or `$LATEST`; undefined where none was given. */
  readonly qualifier: string | undefined;
}

const forms =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

const names = /^[a-zA-Z0-9-_]{1,64}$/;

/** Undefined where the text is none of the forms. */
export function parseFunctionReference(
  text: string,
  place: Place,
  qualifier?: string,
): FunctionReference | undefined {
  const match = forms.exec(text);
  if (match === null) return undefined;
  const [, region = place.region, account = place.account, name = "", inName] = match;
  return { account, region, name, qualifier: (qualifier === "" ? undefined : qualifier) ?? inName };
}

/** The function that an input names. Throws AWS's fault where name and `Qualifier` disagree. */
export function functionReference(text: string, place: Place, qualifier?: string): FunctionReference {
  const reference = parseFunctionReference(text, place, qualifier);
  if (reference === undefined) throw invalid(`The function name ${text} is not valid.`);
  const inName = parseFunctionReference(text, place)?.qualifier;
  if (inName !== undefined && reference.qualifier !== inName) {
    throw invalid("The derived qualifier from the function name does not match the specified qualifier.");
  }
  return reference;
}

/** Plain names may have 64 characters; the model allows more, for ARNs. */
export function checkNewName(name: string): void {
  if (names.test(name)) return;
  throw invalid(`The function name ${name} must have at most 64 letters, digits, hyphens or underscores.`);
}

export function functionArn(place: Place, name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${place.region}:${place.account}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** The ARN for authorization: what `FunctionName` and `Qualifier` name together. */
export function namedFunction(input: Readonly<Record<string, unknown>>, place: Place): string | undefined {
  const { FunctionName, Qualifier, Resource } = input;
  // The tagging operations name an ARN outright.
  if (typeof Resource === "string") return Resource;
  if (typeof FunctionName !== "string") return undefined;
  const reference = parseFunctionReference(
    FunctionName,
    place,
    typeof Qualifier === "string" ? Qualifier : undefined,
  );
  return reference && functionArn(reference, reference.name, reference.qualifier);
}

export function isVersionNumber(qualifier: string): boolean {
  return /^[0-9]+$/.test(qualifier);
}
