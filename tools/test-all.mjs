// `npm test`: check, then every suite, one after the other since two cores do
// not carry them at once, and one closing line with the sum. Tests with real
// clients wait more than they work, hence more of them run side by side.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const results = mkdtempSync(join(tmpdir(), "cumulet-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const broken = [];

function run(name, command, parameters) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(command, parameters, {
    stdio: "inherit",
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  if (status !== 0) broken.push(name);
}

function vitest(project, maxWorkers) {
  const file = join(results, `${project}.json`);
  run(project, "npx", [
    "vitest",
    "run",
    "--project",
    project,
    `--maxWorkers=${maxWorkers}`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
  } catch {
    broken.push(`${project}: no report`);
  }
}

run("types", "npx", ["tsc", "--noEmit"]);
run("lint and format", "npx", ["biome", "check", "--diagnostic-level=warn"]);
run("build", "node", ["tools/build/build.mjs"]);
vitest("tidy", 2);
vitest("unit", 2);
vitest("conformance", 3);
rmSync(results, { recursive: true, force: true });

if (broken.length > 0) {
  process.stdout.write(`\nNot green: ${broken.join(", ")}\n`);
  if (total.failed === 0) total.failed = broken.length;
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = broken.length > 0 || total.failed > 0 ? 1 : 0;
