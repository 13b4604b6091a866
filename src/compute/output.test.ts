// Lines and limits of what user code prints.

import { describe, expect, it } from "vitest";
import { LogCollector, lineSplitter } from "./output.ts";

describe("lineSplitter", () => {
  it("cuts at newlines, across chunks and inside characters", () => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    const bytes = Buffer.from("eins\nzwöi\n\nvier");
    for (const byte of bytes) splitter.write(Buffer.of(byte));
    expect(lines).toEqual(["eins", "zwöi", ""]);
    splitter.finish();
    expect(lines).toEqual(["eins", "zwöi", "", "vier"]);
  });

  it("gives out a line that never ends in pieces", () => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    for (let n = 0; n < 10; n++) splitter.write(Buffer.alloc(100_000, "x"));
    expect(lines.length).toBeGreaterThan(2);
  });
});

describe("LogCollector", () => {
  it("ends each event with a newline and cuts what CloudWatch Logs would not take", () => {
    const collector = new LogCollector(() => 7);
    collector.add("a");
    collector.add("ü".repeat(200_000));
    const lines = collector.take();
    expect(lines[0]).toEqual({ timestamp: 7, message: "a\n" });
    expect(lines.slice(1).every((line) => Buffer.byteLength(line.message) <= 262_144)).toBe(true);
    expect(
      lines
        .slice(1)
        .map((line) => line.message)
        .join(""),
    ).toBe(`${"ü".repeat(200_000)}\n`);
    expect(collector.take()).toEqual([]);
  });

  it("drops what is too much, and says so", () => {
    const collector = new LogCollector(() => 0);
    for (let n = 0; n < 30_000; n++) collector.add("x");
    const lines = collector.take();
    expect(lines.length).toBe(20_001);
    expect(lines.at(-1)!.message).toBe("Cumulet dropped 10000 further log lines.\n");
  });
});
