// The `/etc` of a sandbox: the few files that programs need to resolve names,
// trust certificates and find libraries, and an account of its own. They are
// copied once, because each separate mount costs every start a part of a
// millisecond; what changes while Cumulet runs is mounted all the same.

import { copyFile, mkdir, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Mount } from "./sandbox.ts";

/** AWS's own user and group of a function. */
export const userId = 993;
export const groupId = 990;

const copied = [
  "gai.conf",
  "host.conf",
  "ld.so.cache",
  "ld.so.conf",
  "localtime",
  "mime.types",
  "nsswitch.conf",
  "protocols",
  "services",
  "ssl/openssl.cnf",
];

/** Networks come and go; the others are many files, and partly not ours to read. */
const mounted = [
  "hosts",
  "resolv.conf",
  "alternatives",
  "ld.so.conf.d",
  "ca-certificates",
  "ssl/certs",
  "pki",
  "crypto-policies",
];

const accounts = {
  passwd: `root:x:0:0:root:/root:/bin/bash\nsbx_user1051:x:${userId}:${groupId}::/home/sbx_user1051:/sbin/nologin\n`,
  group: `root:x:0:\nsbx_group1051:x:${groupId}:\n`,
};

/** Fills `directory`, and tells the mounts that make it a sandbox's `/etc`. */
export async function prepareEtc(directory: string): Promise<readonly Mount[]> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const [apart] = await Promise.all([
    Promise.all([
      ...copied.map(async (name) => ((await copy(name, directory)) ? [] : place(name, directory))),
      ...mounted.map((name) => place(name, directory)),
    ]),
    ...Object.entries(accounts).map(([name, text]) => writeFile(join(directory, name), text)),
  ]);
  return [{ host: directory, inside: "/etc" }, ...apart.flat()];
}

/** False where it is there but cannot be copied. */
async function copy(name: string, directory: string): Promise<boolean> {
  const target = join(directory, name);
  try {
    // Often a link to somewhere that is not shown inside.
    const source = await realpath(join("/etc", name));
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    await copyFile(source, target);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** Makes the place to mount it on: the sandbox cannot, its `/etc` is read-only. */
async function place(name: string, directory: string): Promise<readonly Mount[]> {
  try {
    const source = await realpath(join("/etc", name));
    const target = join(directory, name);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    if ((await stat(source)).isDirectory()) await mkdir(target, { recursive: true });
    else await writeFile(target, "");
    return [{ host: source, inside: join("/etc", name) }];
  } catch {
    return [];
  }
}
