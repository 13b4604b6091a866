// What is done to a template before it is read: macros, snippets that are
// included, loops that are written out.

import type { Waiting } from "../../../core/waiting.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import { writeOutLoops } from "../../../lang/template/for-each.ts";
import { listOf } from "../../../lang/template/parameters.ts";
import { parseTemplate } from "../../../lang/template/parse.ts";
import { transformsOf } from "../../../lang/template/template.ts";
import { type Fields, isFields, type Value } from "../../../lang/template/value.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { MacroRecord } from "./macro.ts";
import { ownTransforms } from "./own-transforms.ts";
import { objectText } from "./source.ts";

const lambda = modelOf<Lambda>("lambda");

const maximumMacros = 10;

export interface Transformed {
  readonly processed: Fields;
  /** Whether a macro had anything to do. */
  readonly transformed: boolean;
}

export async function transform(
  ctx: Waiting,
  given: Fields,
  parameters: Readonly<Record<string, string>>,
): Promise<Transformed> {
  const names = transformsOf(given);
  const inner = hasInner(given);
  if (names.length === 0 && !inner) return { processed: given, transformed: false };
  if (names.length > maximumMacros)
    throw new TemplateError(`Template format error: more than ${maximumMacros} transforms`);
  // Those within the template first, from the innermost; then those of the whole, in their order.
  let processed = inner ? ((await innermost(ctx, given, given, parameters)) as Fields) : given;
  const list = Array.isArray(given.Transform) ? given.Transform : [given.Transform ?? []].flat();
  for (const [at, name] of names.entries()) {
    const declared = list[at];
    const options = isFields(declared) && isFields(declared.Parameters) ? declared.Parameters : {};
    processed = await apply(ctx, name, processed, options, parameters);
  }
  // The language's own extensions stay named: their functions are evaluated later.
  const { Transform: _applied, ...rest } = processed;
  const kept = names.includes("AWS::LanguageExtensions") ? { Transform: "AWS::LanguageExtensions" } : {};
  return { processed: { ...rest, ...kept }, transformed: true };
}

async function apply(
  ctx: Waiting,
  name: string,
  template: Fields,
  options: Fields,
  parameters: Readonly<Record<string, string>>,
): Promise<Fields> {
  if (name === "AWS::LanguageExtensions")
    return writeOutLoops(template, (collection) => itemsOf(collection, template, parameters));
  if (name === "AWS::Include") {
    const snippet = await include(ctx, options);
    return isFields(snippet) ? merged(template, snippet) : template;
  }
  const own = ownTransforms[name];
  if (own !== undefined) return own(ctx, template, parameters);
  if (name.startsWith("AWS::"))
    throw new TemplateError(`Cumulet does not implement the transform ${name} yet.`);
  const fragment = await callMacro(ctx, name, template, options, parameters);
  if (!isFields(fragment)) throw macroFailed(name, "it did not return a template");
  return fragment;
}

function hasInner(value: Value): boolean {
  if (Array.isArray(value)) return value.some(hasInner);
  return isFields(value) && ("Fn::Transform" in value || Object.values(value).some(hasInner));
}

async function innermost(
  ctx: Waiting,
  value: Value,
  template: Fields,
  parameters: Readonly<Record<string, string>>,
): Promise<Value> {
  if (Array.isArray(value)) {
    const items: Value[] = [];
    for (const each of value) items.push(await innermost(ctx, each, template, parameters));
    return items;
  }
  if (!isFields(value)) return value;
  const result: Record<string, Value> = {};
  for (const [name, each] of Object.entries(value)) {
    if (name !== "Fn::Transform") result[name] = await innermost(ctx, each, template, parameters);
  }
  for (const each of [value["Fn::Transform"] ?? []].flat()) {
    if (!isFields(each) || typeof each.Name !== "string")
      throw new TemplateError("Template format error: Fn::Transform needs the Name of a macro");
    const options = isFields(each.Parameters) ? each.Parameters : {};
    const made =
      each.Name === "AWS::Include"
        ? await include(ctx, options)
        : await callMacro(ctx, each.Name, result, options, parameters);
    // A snippet joins its siblings; a macro answers for them.
    if (!isFields(made)) return made;
    if (each.Name === "AWS::Include") Object.assign(result, made);
    else {
      for (const name of Object.keys(result)) delete result[name];
      Object.assign(result, made);
    }
  }
  return result;
}

async function include(ctx: Waiting, options: Fields): Promise<Value> {
  const { Location } = options;
  if (typeof Location !== "string")
    throw new TemplateError("Transform AWS::Include failed with: The location parameter is not specified.");
  try {
    return await parseTemplate(await objectText(ctx, Location));
  } catch (error) {
    throw new TemplateError(`Transform AWS::Include failed with: ${(error as Error).message}`);
  }
}

function merged(template: Fields, snippet: Fields): Fields {
  const result: Record<string, Value> = { ...template };
  for (const [name, section] of Object.entries(snippet)) {
    const own = result[name];
    result[name] = isFields(own) && isFields(section) ? { ...own, ...section } : section;
  }
  return result;
}

const macroFailed = (name: string, why: string): TemplateError =>
  new TemplateError(`Transform ${name} failed with: ${why}`);

async function callMacro(
  ctx: Waiting,
  name: string,
  fragment: Fields,
  params: Fields,
  templateParameterValues: Readonly<Record<string, string>>,
): Promise<Value> {
  const macro = await ctx.atomically((tx) => tx.get(MacroRecord, name));
  if (macro === undefined) throw new TemplateError(`No transform named ${ctx.account}::${name} found.`);
  const requestId = ctx.ids.uuid();
  const event = {
    region: ctx.region,
    accountId: ctx.account,
    fragment,
    transformId: `${ctx.account}::${name}`,
    params,
    requestId,
    templateParameterValues,
  };
  const answer = await ctx.call(lambda, "Invoke", {
    FunctionName: macro.functionName,
    Payload: Buffer.from(JSON.stringify(event)),
  });
  const text = Buffer.from((answer.Payload as Uint8Array | undefined) ?? []).toString("utf8");
  if (answer.FunctionError !== undefined) throw macroFailed(name, errorMessage(text));
  const result = JSON.parse(text) as { status?: string; fragment?: Value; errorMessage?: string };
  if (result.status?.toLowerCase() !== "success")
    throw macroFailed(name, result.errorMessage ?? `its status is ${result.status}`);
  return result.fragment ?? null;
}

function errorMessage(text: string): string {
  try {
    return (JSON.parse(text) as { errorMessage?: string }).errorMessage ?? text;
  } catch {
    return text;
  }
}

/** A loop's collection: a parameter that is a list. */
function itemsOf(
  collection: Value,
  template: Fields,
  parameters: Readonly<Record<string, string>>,
): readonly string[] {
  const name = isFields(collection) ? collection.Ref : undefined;
  if (typeof name !== "string")
    throw new TemplateError(
      "Template format error: Fn::ForEach collection must be a list or a reference to a list parameter",
    );
  const declared = isFields(template.Parameters) ? template.Parameters[name] : undefined;
  const otherwise = isFields(declared) ? declared.Default : undefined;
  const value = parameters[name] ?? (otherwise === undefined ? undefined : String(otherwise));
  if (value === undefined) throw new TemplateError(`Parameters: [${name}] must have values`);
  return listOf(value);
}
