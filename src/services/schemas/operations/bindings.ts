// Code bindings: asked for per version and language, written by a job, and
// fetched as a zip archive.

import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { CodeGenerationStatus } from "../../../model/generated/schemas.d.ts";
import { type Class, classesOf, packageOf } from "../bindings/classes.ts";
import { javaBinding } from "../bindings/java.ts";
import { pythonBinding } from "../bindings/python.ts";
import type { SourceFile } from "../bindings/source-file.ts";
import { typescriptBinding } from "../bindings/typescript.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { openSchema, openVersion, Version } from "../schema.ts";

interface BindingState {
  readonly registryName: string;
  readonly schemaName: string;
  readonly version: number;
  readonly language: string;
  readonly status: CodeGenerationStatus;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

const Binding = defineResource<BindingState>()({
  service: "schemas",
  type: "code-binding",
  key: ({ registryName, schemaName, version, language }) => [registryName, schemaName, version, language],
});

type Writer = (classes: readonly Class[], folders: readonly string[]) => readonly SourceFile[];

const writers: Readonly<Record<string, Writer>> = {
  Java8: javaBinding,
  Python36: pythonBinding,
  TypeScript3: typescriptBinding,
};

function writerOf(language: string): Writer {
  const writer = writers[language];
  if (writer === undefined) {
    throw badRequest(
      `Language ${language} is not supported: it must be one of ${Object.keys(writers).join(", ")}.`,
    );
  }
  return writer;
}

type Reference = Pick<BindingState, "registryName" | "schemaName" | "version" | "language">;

/** Tries the writing; what comes out is written anew at each fetch. */
export const generateBinding = defineJob<Reference>({
  name: "schemas.generateBinding",
  run: async ({ registryName, schemaName, version, language }, tx) => {
    const binding = await tx.get(Binding, registryName, schemaName, version, language);
    const source = await tx.get(Version, registryName, schemaName, version);
    if (binding === undefined || source === undefined) return;
    let status: CodeGenerationStatus = "CREATE_COMPLETE";
    try {
      if (classesOf(source.content, source.type).length === 0) status = "CREATE_FAILED";
    } catch {
      status = "CREATE_FAILED";
    }
    tx.put(Binding, { ...binding, status, modifiedAt: tx.now });
  },
});

export async function putCodeBinding(
  input: Input<"PutCodeBinding">,
  tx: Transaction,
): Promise<Output<"PutCodeBinding">> {
  writerOf(input.Language);
  const { registryName, schemaName, version } = await versionOf(tx, input);
  const reference = { registryName, schemaName, version, language: input.Language };
  const binding: BindingState = {
    ...reference,
    status: "CREATE_IN_PROGRESS",
    createdAt: tx.now,
    modifiedAt: tx.now,
  };
  tx.put(Binding, binding);
  tx.enqueue(generateBinding, reference);
  return described(binding);
}

export async function describeCodeBinding(
  input: Input<"DescribeCodeBinding">,
  tx: Transaction,
): Promise<Output<"DescribeCodeBinding">> {
  return described(await openBinding(tx, input));
}

export const getCodeBindingSource: WaitingHandler<
  Input<"GetCodeBindingSource">,
  Output<"GetCodeBindingSource">
> = {
  waits: async (input, ctx) => {
    const { content, type } = await ctx.atomically(async (tx) => {
      const binding = await openBinding(tx, input);
      if (binding.status !== "CREATE_COMPLETE") {
        throw notFound(`Code binding for ${input.SchemaName} is not complete.`);
      }
      return versionOf(tx, input);
    });
    const files = writerOf(input.Language)(classesOf(content, type), packageOf(input.SchemaName));
    return { Body: await zip(files, ctx.now()) };
  },
};

async function versionOf(tx: Transaction, input: Input<"DescribeCodeBinding">) {
  const schema = await openSchema(tx, input.RegistryName, input.SchemaName);
  return openVersion(tx, schema, input.SchemaVersion);
}

async function openBinding(tx: Transaction, input: Input<"DescribeCodeBinding">): Promise<BindingState> {
  const { registryName, schemaName, version } = await versionOf(tx, input);
  const binding = await tx.get(Binding, registryName, schemaName, version, input.Language);
  if (binding === undefined) throw notFound(`Code binding for ${schemaName} does not exist.`);
  return binding;
}

function described(binding: BindingState) {
  return {
    CreationDate: binding.createdAt,
    LastModified: binding.modifiedAt,
    SchemaVersion: String(binding.version),
    Status: binding.status,
  };
}

async function zip(files: readonly SourceFile[], now: number): Promise<Uint8Array> {
  const { default: yazl } = await import("yazl");
  const archive = new yazl.ZipFile();
  for (const { path, text } of files) archive.addBuffer(Buffer.from(text), path, { mtime: new Date(now) });
  archive.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
