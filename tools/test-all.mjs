// `npm test`: check, then every suite, one after the other since two cores do
// not carry them at once. Tests with real clients wait more than they work,
// hence more of them run side by side. At the end stands what failed, by name,
// and one closing line with the sum: whoever sees only the end of a long log
// knows what to do. A file that failed is run once more alone: what passes then
// depended on its neighbours or on chance, and is named as well.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { postgresPrograms } from "./postgres/server.mjs";

const results = mkdtempSync(join(tmpdir(), "cumulet-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const broken = [];
const failures = [];
const unsteady = [];

/** More files than these do not fail by chance. */
const mostFilesAgain = 5;

function run(name, command, parameters, judgedByReport = false) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(command, parameters, {
    stdio: "inherit",
    env: { CUMULET_TEST_SEED: "1", ...process.env, FORCE_COLOR: "0", CUMULET_TEST_POSTGRES: "short" },
  });
  if (status !== 0 && !judgedByReport) broken.push(name);
}

function vitest(project, maxWorkers) {
  const first = suite(project, project, [`--maxWorkers=${maxWorkers}`]);
  if (first === undefined) return;
  total.passed += first.numPassedTests;
  total.skipped += first.numPendingTests + (first.numTodoTests ?? 0);
  const failed = failuresIn(first);
  if (failed.length === 0 && first.success) return;
  const files = [...new Set(failed.map(({ file }) => file))];
  if (files.length === 0 || files.length > mostFilesAgain) return refuse(project, failed, first);
  const second = suite(`${project}, once more`, project, ["--maxWorkers=1", ...files]);
  if (second === undefined) return refuse(project, failed, first);
  const again = failuresIn(second);
  if (again.length > 0 || !second.success) return refuse(project, again, second);
  unsteady.push(...failed);
  total.passed += first.numFailedTests;
}

function suite(title, project, parameters) {
  const file = join(results, `${title.replace(/\W+/g, "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  run(title, "npx", ["vitest", "run", "--project", project, ...parameters, ...reporters], true);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    broken.push(`${title}: no report`);
    return undefined;
  }
}

function refuse(project, failed, { numFailedTests }) {
  broken.push(failed.length === 0 ? `${project} (an error outside of its tests: see above)` : project);
  failures.push(...failed);
  total.failed += numFailedTests;
}

/** A file that cannot even be loaded has no tests; its message is its own. */
function failuresIn({ testResults }) {
  return testResults.flatMap(({ name: path, status, message, assertionResults }) => {
    const file = relative(process.cwd(), path);
    const tests = assertionResults.filter((each) => each.status === "failed");
    if (tests.length === 0) return status === "failed" ? [{ file, test: "", message }] : [];
    return tests.map((each) => ({ file, test: each.fullName, message: each.failureMessages.join("\n") }));
  });
}

function report(title, list) {
  if (list.length === 0) return;
  process.stdout.write(`\n== ${title}\n`);
  for (const { file, test, message } of list.slice(0, 20)) {
    const lines = message.split("\n").slice(0, 20).join("\n    ");
    process.stdout.write(`  ${file} > ${test}\n    ${lines}\n`);
  }
}

run("types", "npx", ["tsc", "--noEmit"]);
run("lint and format", "npx", ["biome", "check", "--diagnostic-level=warn"]);
run("build", "node", ["tools/build/build.mjs"]);
vitest("tidy", 2);
vitest("unit", 2);
if (postgresPrograms() !== undefined) vitest("postgres", 2);
else
  process.stdout.write(
    "\n== postgres\nskipped: PostgreSQL is not installed here (Debian: apt install postgresql)\n",
  );
vitest("conformance", 3);
rmSync(results, { recursive: true, force: true });

report("Failed at first, passed alone: each wants mending", unsteady);
report("Failed", failures);
if (broken.length > 0) {
  process.stdout.write(`\nNot green: ${broken.join(", ")}\n`);
  if (total.failed === 0) total.failed = broken.length;
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = broken.length > 0 || total.failed > 0 ? 1 : 0;
