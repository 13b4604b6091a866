// Terraform with the AWS provider, where both can be had: the provider from its
// registry, or from a mirror folder found on this machine.

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { available, run } from "./client.ts";

/** How deep a mirror may lie: `<mirror>/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/<file>`. */
const depth = "9";

/**
 * Variables that make `terraform init` work in `folder`; undefined where there is
 * no Terraform or no provider.
 */
export async function prepareTerraform(
  folder: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (!available("terraform")) return undefined;
  const inherited = Object.fromEntries(Object.entries(process.env)) as Record<string, string>;
  for (const variables of [mirrorConfiguration(folder), {}]) {
    if (variables === undefined) continue;
    const env = { ...inherited, ...variables };
    const init = await run("terraform", ["init", "-input=false", "-no-color"], { cwd: folder, env });
    if (init.code === 0) return variables;
  }
  return undefined;
}

function mirrorConfiguration(folder: string): Readonly<Record<string, string>> | undefined {
  const mirror = findMirror();
  if (mirror === undefined) return undefined;
  const file = join(mkdtempSync(join(tmpdir(), "cumulet-terraformrc-")), "terraform.rc");
  writeFileSync(
    file,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return { TF_CLI_CONFIG_FILE: file, TF_DATA_DIR: join(folder, ".terraform"), CHECKPOINT_DISABLE: "1" };
}

function findMirror(): string | undefined {
  const skipped = ["/proc", "/sys", "/dev", "/tmp", "/var/lib/docker"];
  const prune = skipped.flatMap((path, at) => [...(at === 0 ? [] : ["-o"]), "-path", path]);
  try {
    const found = execFileSync(
      "find",
      [
        "/",
        "-maxdepth",
        depth,
        "(",
        ...prune,
        ")",
        "-prune",
        "-o",
        "-name",
        "terraform-provider-aws_v*",
        "-print",
        "-quit",
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 },
    );
    return mirrorOf(found.trim());
  } catch (error) {
    // `find` ends with 1 where it could not look everywhere; what it found stands.
    return mirrorOf(String((error as { stdout?: string }).stdout ?? "").trim());
  }
}

/** The folder that holds `registry.terraform.io/`. */
function mirrorOf(file: string): string | undefined {
  const at = file.indexOf("/registry.terraform.io/");
  return at < 0 ? undefined : file.slice(0, at);
}
