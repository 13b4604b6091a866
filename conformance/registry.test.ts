// The registry against skopeo, as docker and podman speak to it as well: an
// image goes in, and comes out the same.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";

const found = available("skopeo") && available("aws");

/** An image of one layer as an OCI layout in `folder`; its manifest's digest. */
function layImage(folder: string): string {
  mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
  const put = (content: Buffer | string) => {
    const hash = createHash("sha256").update(content).digest("hex");
    writeFileSync(join(folder, "blobs/sha256", hash), content);
    return { digest: `sha256:${hash}`, size: Buffer.byteLength(content) };
  };
  // An empty archive is two blocks of zeros.
  const archive = Buffer.alloc(1024);
  const diff = `sha256:${createHash("sha256").update(archive).digest("hex")}`;
  const config = {
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [diff] },
  };
  const oci = "application/vnd.oci.image";
  const manifest = {
    schemaVersion: 2,
    mediaType: `${oci}.manifest.v1+json`,
    config: { mediaType: `${oci}.config.v1+json`, ...put(JSON.stringify(config)) },
    layers: [{ mediaType: `${oci}.layer.v1.tar+gzip`, ...put(gzipSync(archive)) }],
  };
  const described = { mediaType: manifest.mediaType, ...put(JSON.stringify(manifest)) };
  const annotations = { "org.opencontainers.image.ref.name": "v1" };
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...described, annotations }] }),
  );
  return described.digest;
}

describe.skipIf(!found)("skopeo", () => {
  let cloud: RunningCloud;
  let folder: string;

  beforeAll(async () => {
    cloud = await startCloud();
    folder = mkdtempSync(join(tmpdir(), "cumulet-registry-"));
  }, 60_000);

  afterAll(async () => {
    await cloud?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  async function output(command: string, ...parameters: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(command, parameters, { env: cloud.env, cwd: folder });
    expect(code, stderr).toBe(0);
    return stdout.trim();
  }

  test("pushes an image that ECR knows, and pulls it also after a crash", { timeout: 120_000 }, async () => {
    const digest = layImage(join(folder, "image"));
    const aws = (...parameters: readonly string[]) =>
      output("aws", "--endpoint-url", cloud.endpoint, "ecr", ...parameters, "--output", "text");
    await aws("create-repository", "--repository-name", "team/app");
    const credentials = `AWS:${await output("aws", "--endpoint-url", cloud.endpoint, "ecr", "get-login-password")}`;
    const image = `docker://localhost:${cloud.port}/team/app:v1`;
    const toCloud = ["--dest-tls-verify=false", "--dest-creds", credentials];
    const fromCloud = ["--src-tls-verify=false", "--src-creds", credentials];
    await output("skopeo", "copy", ...toCloud, "oci:image:v1", image);
    const query = ["--query", "imageDetails[].[imageDigest,imageTags[0]]"];
    expect(await aws("describe-images", "--repository-name", "team/app", ...query)).toBe(`${digest}\tv1`);
    await cloud.kill();
    await cloud.restart();
    await output("skopeo", "copy", ...fromCloud, image, "oci:back:v1");
    const index = JSON.parse(readFileSync(join(folder, "back/index.json"), "utf8"));
    expect(index.manifests[0].digest).toBe(digest);
    const list = await output(
      "skopeo",
      "list-tags",
      "--tls-verify=false",
      "--creds",
      credentials,
      image.slice(0, -3),
    );
    expect(JSON.parse(list).Tags).toEqual(["v1"]);
    const refused = await run("skopeo", ["inspect", "--tls-verify=false", "--creds", "AWS:wrong", image], {
      env: cloud.env,
    });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/unauthorized|authentication required/i);
  });
});
