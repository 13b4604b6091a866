// The functions of a GraphQL API, and the resolvers that run them one after another.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { attribute, defined, pick } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import type { GraphQl } from "./graphql-api.ts";

interface Function {
  /** What resolvers name it by. */
  readonly functionId: Value;
  readonly runtime: Fields | undefined;
}

const entries = (value: Value | undefined): readonly (readonly [string, Fields])[] =>
  Object.entries(isFields(value) ? value : {}).map(([name, each]) => [name, isFields(each) ? each : {}]);

export function addFunctions(
  api: GraphQl,
  given: Value | undefined,
  sources: ReadonlyMap<string, string>,
): ReadonlyMap<string, Function> {
  const found = new Map<string, Function>();
  for (const [name, own] of entries(given)) {
    if (own.Id !== undefined) {
      if (Object.keys(own).length > 1)
        refuse("'Id' cannot be defined with other properties in Function.", name);
      found.set(name, { functionId: own.Id, runtime: undefined });
      continue;
    }
    const id = `${api.id}${name}`;
    const source = sourceOf(name, own.DataSource, sources);
    const code = codeOf(own);
    if (code === undefined) refuse("One of 'InlineCode' or 'CodeUri' must be set.", name);
    if (own.Runtime === undefined) refuse(`'Runtime' must be defined as a property in ${name}.`, name);
    const sync = own.Sync;
    if (isFields(sync) && sync.ConflictDetection === undefined)
      refuse(`Property 'Functions.${name}.Sync.ConflictDetection' is invalid.`);
    const Runtime = runtimeOf(own.Runtime);
    api.put(
      id,
      "AWS::AppSync::FunctionConfiguration",
      defined({
        ApiId: api.apiId,
        ...code,
        DataSourceName: source,
        ...pick(own, ["Description", "MaxBatchSize"]),
        Name: own.Name ?? name,
        Runtime,
        SyncConfig: syncOf(sync),
      }),
    );
    found.set(name, { functionId: attribute(id, "FunctionId"), runtime: Runtime });
  }
  return found;
}

function sourceOf(name: string, given: Value | undefined, sources: ReadonlyMap<string, string>): Value {
  if (given === undefined) refuse("'DataSource' must be set.", name);
  if (typeof given !== "string") return given;
  const id = sources.get(given);
  if (id === undefined)
    refuse(
      `Either define DataSource '${given}' in 'DataSources' or use intrinsic function like GetAtt, ImportValue, Sub or another one to reference a DataSource defined outside of this GraphQLApi resource.`,
      name,
    );
  return attribute(id, "Name");
}

function codeOf({ CodeUri, InlineCode }: Fields): Fields | undefined {
  if (InlineCode !== undefined && CodeUri !== undefined)
    refuse("Both 'InlineCode' and 'CodeUri' cannot be defined at the same time.");
  if (InlineCode !== undefined) return { Code: InlineCode };
  return CodeUri === undefined ? undefined : { CodeS3Location: CodeUri };
}

function runtimeOf(given: Value): Fields {
  const { Name, Version } = isFields(given) ? given : {};
  return defined({ Name, RuntimeVersion: Version });
}

function syncOf(given: Value | undefined): Fields | undefined {
  if (!isFields(given)) return undefined;
  const { LambdaConflictHandlerArn, ...others } = given;
  if (LambdaConflictHandlerArn === undefined) return others;
  return { ...others, LambdaConflictHandlerConfig: { LambdaConflictHandlerArn } };
}

/** What a resolver does that has no code: hands on what its functions answer. */
const plainCode =
  "\nexport function request(ctx) {\n    return {};\n}\n\nexport function response(ctx) {\n    return ctx.prev.result;\n}\n";

export function addResolvers(
  api: GraphQl,
  given: Value | undefined,
  functions: ReadonlyMap<string, Function>,
): void {
  for (const [TypeName, resolvers] of entries(given)) {
    for (const [name, own] of entries(resolvers)) {
      const { Pipeline } = own;
      if (!Array.isArray(Pipeline) || Pipeline.length === 0)
        refuse(
          `Resolver '${name}' must have Pipeline defined. Unit resolvers are not supported. If you need a Unit resolver you can use AppSync resource.`,
          name,
        );
      const called = Pipeline.map((each) => {
        const known = functions.get(String(each));
        if (known === undefined) refuse(`Function '${String(each)}' does not exist.`, name);
        return known.functionId;
      });
      const Runtime =
        own.Runtime === undefined ? { Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" } : runtimeOf(own.Runtime);
      api.put(
        `${api.id}${TypeName}${name}`,
        "AWS::AppSync::Resolver",
        defined({
          ApiId: api.apiId,
          CachingConfig: own.Caching,
          ...(codeOf(own) ?? { Code: plainCode }),
          FieldName: own.FieldName ?? name,
          Kind: "PIPELINE",
          MaxBatchSize: own.MaxBatchSize,
          PipelineConfig: { Functions: called },
          Runtime,
          TypeName,
        }),
        { DependsOn: [`${api.id}Schema`] },
      );
    }
  }
}
