// Deployment packages, the friendly and the hostile.

import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeZip } from "../testing/bench.ts";
import { CodeCache } from "./code-cache.ts";
import { linkTree } from "./tree.ts";
import { unzip } from "./unzip.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cumulet-unzip-"));
  mkdirSync(join(directory, "out"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const zip = (files: Parameters<typeof writeZip>[1], name = "a.zip") => writeZip(join(directory, name), files);
const out = (path: string): string => join(directory, "out", path);

/** A zip with a name that no honest tool writes: same length, other bytes. */
async function withName(name: string): Promise<string> {
  const placeholder = "n".repeat(name.length);
  const path = await zip({ [placeholder]: "x" });
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf(placeholder); at >= 0; at = bytes.indexOf(placeholder)) bytes.write(name, at);
  writeFileSync(path, bytes);
  return path;
}

describe("unzip", () => {
  it("keeps names, contents and the executable bit", async () => {
    const path = await zip({ "src/a.js": "1", bootstrap: { text: "#!", mode: 0o100755 } });
    expect(await unzip([path], join(directory, "out"))).toEqual({ entries: 2, bytes: 3 });
    expect(readFileSync(out("src/a.js"), "utf8")).toBe("1");
    expect(statSync(out("bootstrap")).mode & 0o777).toBe(0o755);
  });

  it("makes files readable that their owner alone could read", async () => {
    await unzip([await zip({ a: { text: "1", mode: 0o100600 } })], join(directory, "out"));
    expect(statSync(out("a")).mode & 0o444).toBe(0o444);
  });

  it.each(["../evil", "/etc/evil", "a/../../b", "C:/evil", "..\\evil"])(
    "refuses the name %s",
    async (name) => {
      await expect(unzip([await withName(name)], join(directory, "out"))).rejects.toThrow(
        "Could not unzip uploaded file",
      );
    },
  );

  it("refuses what is no zip", async () => {
    writeFileSync(join(directory, "a.zip"), "not a zip");
    await expect(unzip([join(directory, "a.zip")], join(directory, "out"))).rejects.toThrow(
      "Could not unzip",
    );
  });

  it("refuses more than 250 MB before it writes them", async () => {
    const path = await zip({ a: "x".repeat(1000) });
    const bytes = readFileSync(path);
    // The central directory's record of the uncompressed size.
    const record = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(300_000_000, record + 24);
    writeFileSync(path, bytes);
    await expect(unzip([path], join(directory, "out"))).rejects.toThrow(
      "Unzipped size must be smaller than 262144000 bytes",
    );
  });

  it("refuses an entry that inflates to more than it said", async () => {
    const path = await zip({ a: "x".repeat(100_000) });
    const bytes = readFileSync(path);
    const record = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(10, record + 24);
    writeFileSync(path, bytes);
    await expect(unzip([path], join(directory, "out"))).rejects.toThrow("Could not unzip");
  });

  it("writes nothing through a link, of its own package or of an earlier one", async () => {
    const link = { text: directory, mode: 0o120777 };
    const own = await zip({ dir: link, "dir/evil": "x" });
    await unzip([own], join(directory, "out"));
    const first = await zip({ other: link }, "b.zip");
    const second = await zip({ "other/evil": "x" }, "c.zip");
    await unzip([first, second], join(directory, "out"));
    expect(() => statSync(join(directory, "evil"))).toThrow("ENOENT");
  });

  it("makes links, and lets the later package win", async () => {
    const first = await zip({ a: "old", link: { text: "a", mode: 0o120777 } }, "b.zip");
    const second = await zip({ a: "new" }, "c.zip");
    await unzip([first, second], join(directory, "out"));
    expect(readlinkSync(out("link"))).toBe("a");
    expect(readFileSync(out("link"), "utf8")).toBe("new");
  });
});

describe("CodeCache", () => {
  it("unpacks a package once, and keeps it while somebody uses it", async () => {
    const cache = new CodeCache(join(directory, "cache"), 10);
    const one = await zip({ a: "x".repeat(8) });
    const [first, second] = await Promise.all([cache.get([one]), cache.get([one])]);
    expect(first.directory).toBe(second.directory);
    const other = await cache.get([await zip({ b: "x".repeat(8) }, "b.zip")]);
    expect(statSync(join(first.directory, "a")).size).toBe(8);
    first.release();
    second.release();
    await cache.get([await zip({ c: "1" }, "c.zip")]);
    await expect.poll(() => statSync(first.directory, { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(join(other.directory, "b")).size).toBe(8);
  });

  it("tries again after a failure", async () => {
    const cache = new CodeCache(join(directory, "cache"));
    const path = join(directory, "late.zip");
    await expect(cache.get([path])).rejects.toThrow("ENOENT");
    await writeZip(path, { a: "1" });
    expect((await cache.get([path])).entries).toBe(1);
  });
});

describe("linkTree", () => {
  it("makes a tree appear in an empty directory, links and all", async () => {
    await unzip([await zip({ "d/a": "1", l: { text: "d/a", mode: 0o120777 } })], join(directory, "out"));
    mkdirSync(join(directory, "slot"));
    linkTree(join(directory, "out"), join(directory, "slot"));
    expect(readFileSync(join(directory, "slot", "l"), "utf8")).toBe("1");
  });
});
