// Manifests: what an image says it is made of.
// https://github.com/opencontainers/image-spec/blob/main/manifest.md

import { createHash } from "node:crypto";
import { fault, notImplemented } from "../../../core/fault.ts";
import { ecr, invalidParameter } from "../model.ts";

export const mediaTypes = {
  image: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  dockerImage: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  docker1: "application/vnd.docker.distribution.manifest.v1+json",
  docker1Signed: "application/vnd.docker.distribution.manifest.v1+prettyjws",
} as const;

const known = new Set<string>(Object.values(mediaTypes));

interface Descriptor {
  readonly mediaType?: string;
  readonly digest?: string;
  readonly size?: number;
}

interface Document {
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
}

export interface Manifest {
  readonly text: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  /** Of all layers, as AWS counts an image. */
  readonly size: number;
  /** The layers, the configuration among them, that must be there. */
  readonly layers: readonly string[];
  /** The images of a list, that must be there. */
  readonly images: readonly string[];
  /** The image that this one says something about. */
  readonly subject: string | undefined;
}

/** Layers that registries do not hold: their own URLs say where they are. */
const foreign = /\.foreign\.|nondistributable/;

export const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

export function readManifest(text: string, givenType: string | undefined): Manifest {
  const document = documentOf(text);
  const { manifests, config, layers = [] } = document;
  const mediaType =
    givenType ?? document.mediaType ?? (manifests === undefined ? mediaTypes.image : mediaTypes.index);
  if (mediaType === mediaTypes.docker1 || mediaType === mediaTypes.docker1Signed) {
    throw notImplemented("ecr", `manifests of the type ${mediaType}`);
  }
  if (!known.has(mediaType) || document.schemaVersion !== 2) throw invalidManifest();
  if (givenType !== undefined && document.mediaType !== undefined && givenType !== document.mediaType) {
    throw invalidManifest();
  }
  const isList = mediaType === mediaTypes.index || mediaType === mediaTypes.dockerList;
  if (isList ? !Array.isArray(manifests) : config === undefined || !Array.isArray(layers)) {
    throw invalidManifest();
  }
  const stored = isList ? [] : [config!, ...layers].filter((each) => !foreign.test(each.mediaType ?? ""));
  return {
    text,
    digest: digestOf(text),
    mediaType,
    artifactType: document.artifactType ?? config?.mediaType,
    size: isList ? 0 : layers.reduce((sum, each) => sum + (each.size ?? 0), 0),
    layers: unique(stored),
    images: isList ? unique(manifests!) : [],
    subject: document.subject?.digest,
  };
}

function documentOf(text: string): Document {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw invalidManifest();
}

function unique(descriptors: readonly Descriptor[]): readonly string[] {
  const digests = descriptors.map(({ digest }) => digest);
  if (digests.some((digest) => typeof digest !== "string")) throw invalidManifest();
  return [...new Set(digests as readonly string[])];
}

function invalidManifest() {
  return invalidParameter(
    "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
  );
}

export function digestMismatch(given: string, computed: string) {
  return fault(
    ecr,
    "ImageDigestDoesNotMatchException",
    `The specified image digest '${given}' does not match the digest '${computed}' that Amazon ECR calculated for the image.`,
  );
}
