// Compiles the API models of all services from botocore and the overlays into
// `src/model/generated`: a compact JSON and a `.d.ts` for each, an index, a
// notice and a manifest.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expandModel } from "../../src/model/expand.ts";
import type { CompiledModel, CompiledService, IndexEntry } from "../../src/model/format.ts";
import { serviceNames } from "../../src/model/services.ts";
import {
  botocoreVersion,
  downloadedBotocore,
  globalEndpoints,
  installedBotocore,
  readService,
} from "./botocore.ts";
import type { Manifest } from "./manifest.ts";
import { compilerHash, sha256 } from "./manifest.ts";
import { overlaid } from "./overlay.ts";
import { printModel } from "./print.ts";
import { reduce } from "./reduce.ts";
import { typesOf } from "./types.ts";

export interface Compiled {
  readonly service: CompiledService;
  readonly json: string;
  readonly types: string;
}

/** Compiles one service; `data` is the directory of botocore's models. */
export function compileService(root: string, data: string, name: string): Compiled {
  const source = overlaid(join(root, "tools/models/overlays"), name, readService(data, name));
  const model = reduce(name, source, globalEndpoints(data).has(source.metadata.endpointPrefix));
  const json = printModel(model);
  const types = typesOf(expandModel(JSON.parse(json) as CompiledModel), model.names.split(" "));
  return { service: model.service, json, types };
}

/** Compiles all services and replaces what was generated before. */
export function compile(root: string, report: (line: string) => void): void {
  const directory = join(root, "src/model/generated");
  const data = installedBotocore() ?? downloadedBotocore();
  const outputs = new Map<string, string>();
  const index: IndexEntry[] = [];
  for (const name of serviceNames) {
    const { service, json, types } = compileService(root, data, name);
    outputs.set(`${name}.json`, json);
    outputs.set(`${name}.d.ts`, types);
    index.push(indexEntry(service));
  }
  outputs.set("index.json", `[\n${index.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);
  outputs.set("NOTICE", notice());

  mkdirSync(directory, { recursive: true });
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    // The schemas of resource types lie there as well, in a folder of their own.
    if (entry.isFile() && !outputs.has(entry.name)) rmSync(join(directory, entry.name));
  }
  for (const [name, text] of outputs) {
    const path = join(directory, name);
    if (readOrEmpty(path) !== text) writeFileSync(path, text);
  }
  const manifest: Manifest = {
    botocore: botocoreVersion,
    compiler: compilerHash(root),
    outputs: Object.fromEntries([...outputs].sort().map(([name, text]) => [name, sha256(text)])),
  };
  writeFileSync(join(directory, "manifest.json"), `${JSON.stringify(manifest, undefined, 1)}\n`);

  const size = (ending: string) =>
    [...outputs].reduce((sum, [name, text]) => sum + (name.endsWith(ending) ? text.length : 0), 0);
  report(
    `${index.length} services: ${kilobytes(size(".json"))} of models, ${kilobytes(size(".d.ts"))} of types.`,
  );
}

function indexEntry(service: CompiledService): IndexEntry {
  const { fullName, jsonVersion, xmlNamespace, ...entry } = service;
  return entry;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KB`;
}

function notice(): string {
  return `The files in this directory are compiled from the AWS service models of
botocore ${botocoreVersion} (https://github.com/boto/botocore), with the additions
in tools/models/overlays, each of which names its source.

Botocore
Copyright 2012-2026 Amazon.com, Inc. or its affiliates. All Rights Reserved.

Licensed under the Apache License, Version 2.0 (the "License"). You may not use
these files except in compliance with the License. A copy of the License is in
the LICENSE file of this repository and at http://www.apache.org/licenses/LICENSE-2.0

Changed: documentation is left out, and the models are written in another,
compact form. Do not edit these files; run \`node tools/models/compile.mjs\`.
`;
}
