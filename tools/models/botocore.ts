// The form of botocore's `service-2.json`, as far as the compiler reads it, and
// where to find one: in an installed botocore of the pinned version, else in a
// wheel fetched with pip.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The version that the committed models are compiled from. */
export const botocoreVersion = "1.43.11";

export interface BotocoreService {
  readonly metadata: {
    readonly apiVersion: string;
    readonly endpointPrefix: string;
    readonly protocol: string;
    readonly protocols?: readonly string[];
    readonly serviceFullName: string;
    readonly serviceId: string;
    readonly signingName?: string;
    readonly targetPrefix?: string;
    readonly jsonVersion?: string;
    readonly xmlNamespace?: string | { readonly uri: string };
    readonly awsQueryCompatible?: object;
  };
  readonly operations: Readonly<Record<string, BotocoreOperation>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

export interface BotocoreOperation {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: BotocoreReference;
  readonly output?: BotocoreReference & { readonly resultWrapper?: string };
  readonly errors?: readonly BotocoreReference[];
  readonly authtype?: "none" | "v4-unsigned-body";
  readonly endpoint?: { readonly hostPrefix: string };
  readonly httpChecksum?: {
    readonly requestAlgorithmMember?: string;
    readonly requestChecksumRequired?: boolean;
  };
  readonly httpChecksumRequired?: boolean;
  readonly deprecated?: boolean;
}

/** What a member says about the shape it refers to; much of it a shape may say as well. */
export interface BotocoreReference {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly xmlAttribute?: boolean;
  readonly flattened?: boolean;
  readonly xmlNamespace?: string | { readonly uri: string; readonly prefix?: string };
  readonly timestampFormat?: string;
  readonly idempotencyToken?: boolean;
  readonly hostLabel?: boolean;
  readonly jsonvalue?: boolean;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly enum?: readonly string[];
}

export interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, BotocoreReference>>;
  readonly member?: BotocoreReference;
  readonly key?: BotocoreReference;
  readonly value?: BotocoreReference;
  readonly required?: readonly string[];
  readonly locationName?: string;
  readonly flattened?: boolean;
  readonly xmlNamespace?: string | { readonly uri: string; readonly prefix?: string };
  readonly xmlOrder?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly timestampFormat?: string;
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  readonly union?: boolean;
  readonly payload?: string;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: {
    readonly code?: string;
    readonly httpStatusCode?: number;
    readonly senderFault?: boolean;
    readonly fault?: boolean;
  };
}

/** The `data` directory of the pinned botocore where one is installed. */
export function installedBotocore(): string | undefined {
  for (const python of ["python3.11", "python3", "python"]) {
    const program = "import botocore, os; print(botocore.__version__, os.path.dirname(botocore.__file__))";
    try {
      const output = execFileSync(python, ["-c", program], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [version, ...path] = output.trim().split(" ");
      if (version === botocoreVersion) return join(path.join(" "), "data");
    } catch {
      // No such Python, or one without botocore: the next may have it.
    }
  }
  return undefined;
}

/** Fetches the pinned wheel into a temporary directory; returns its `data` directory. */
export function downloadedBotocore(): string {
  const directory = mkdtempSync(join(tmpdir(), "botocore-"));
  execFileSync("pip", [
    "install",
    "--no-deps",
    "--quiet",
    "--target",
    directory,
    `botocore==${botocoreVersion}`,
  ]);
  return join(directory, "botocore", "data");
}

/** The newest model of a service; `data` is botocore's data directory. */
export function readService(data: string, name: string): BotocoreService {
  const directory = join(data, name);
  const version = readdirSync(directory)
    .filter((each) => existsSync(join(directory, each, "service-2.json.gz")))
    .sort()
    .at(-1);
  if (version === undefined) throw new Error(`botocore has no model of ${name}.`);
  const packed = readFileSync(join(directory, version, "service-2.json.gz"));
  return JSON.parse(gunzipSync(packed).toString("utf8")) as BotocoreService;
}

/** The endpoint prefixes that have one endpoint for all regions. */
export function globalEndpoints(data: string): ReadonlySet<string> {
  const { partitions } = JSON.parse(readFileSync(join(data, "endpoints.json"), "utf8")) as {
    partitions: { services: Record<string, { partitionEndpoint?: string; isRegionalized?: boolean }> }[];
  };
  const services = Object.entries(partitions[0]?.services ?? {});
  const isGlobal = services.filter(([, each]) => each.partitionEndpoint && each.isRegionalized === false);
  return new Set(isGlobal.map(([name]) => name));
}
