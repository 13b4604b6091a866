// The house rules that a compiler does not know: layers, banned calls, file
// sizes, opening comments. Reads files as text; fixes nothing.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const layers = [
  "base",
  "model",
  "lang",
  "core",
  "store",
  "compute",
  "sources",
  "gateway",
  "services",
  "wire",
  "app",
];

/** Layers that stand beside each other: neither sees the other. */
const strangers = new Map([["compute", "store"]]);

const maximumLines = 500;
const maximumFiles = 20;

/** Files longer than the house allows, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

/** Folders with more files than the house allows, each with its reason. */
const wideFolders: Readonly<Record<string, string>> = {
  "src/core": "The kernel: each file's name is its concept.",
};

/** What only one place may touch, and where else it may be touched for a reason. */
const banned: readonly { readonly pattern: RegExp; readonly why: string; readonly except: RegExp }[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    why: "time comes from core/clock.ts",
    // The last is text for a client's own program.
    except:
      /^src\/(core\/clock|compute\/real-time|wire\/real-time|store\/real-time|services\/apigateway\/sdk\/javascript)\.ts$/,
  },
  {
    pattern: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/,
    why: "chance comes from core/ids.ts",
    except: /^src\/(core\/ids\.ts|compute\/|store\/)/,
  },
  {
    pattern: /\bset(Timeout|Interval)\(/,
    why: "waiting goes through the clock",
    except:
      /^src\/(core\/(clock|job-runner|node-presence|offers)\.ts|compute\/|store\/|wire\/|app\/log-file\.ts)/,
  },
  {
    pattern: /\bprocess\.env\b/,
    why: "the environment is read in app/command-line/environment.ts",
    except: /^src\/(app\/command-line\/environment\.ts|compute\/)/,
  },
  { pattern: /\bconsole\.\w+\(/, why: "core logs", except: /^$/ },
];

const bannedInServices = /from "node:(http|https|fs|fs\/promises|net|child_process)"/;

const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "src", "tools", "conformance", "bench"],
  { encoding: "utf8" },
)
  .split("\n")
  .filter(
    (path) =>
      /\.(ts|mjs|tsx)$/.test(path) && !path.includes("/generated/") && !path.endsWith(".generated.ts"),
  );

const text = (path: string): string => readFileSync(path, "utf8");
const isTest = (path: string): boolean =>
  /\.test\.ts$|\/test-[^/]*\.ts$|-histories\.ts$|\/conformance\.ts$|\/testing\//.test(path);
const code = files.filter((path) => path.startsWith("src/") && path.endsWith(".ts") && !isTest(path));
const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

function imports(path: string): string[] {
  return [...text(path).matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) =>
    normalize(join(dirname(path), match[1]!)),
  );
}

describe("layers", () => {
  test("a folder imports only from its left", () => {
    const wrong = code.flatMap((path) => {
      const own = layers.indexOf(path.split("/")[1]!);
      return imports(path)
        .filter((target) => target.startsWith("src/"))
        .filter((target) => {
          const layer = target.split("/")[1]!;
          return layers.indexOf(layer) > own || strangers.get(path.split("/")[1]!) === layer;
        })
        .map((target) => `${path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test("sibling services do not see each other", () => {
    const wrong = code
      .filter((path) => path.startsWith("src/services/"))
      .flatMap((path) =>
        imports(path)
          .filter(
            (target) => target.startsWith("src/services/") && target.split("/")[2] !== path.split("/")[2],
          )
          .map((target) => `${path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test("core, wire and store name no service", () => {
    const services = [
      ...new Set(
        code
          .filter((path) => /^src\/services\/[^/]+\/index\.ts$/.test(path))
          .map((path) => path.split("/")[2]!),
      ),
    ];
    const wrong = code
      .filter((path) => /^src\/(core|store)\//.test(path))
      .filter((path) =>
        services.some((name) => new RegExp(`["'\`]${name}["'\`]`).test(withoutComments(text(path)))),
      );
    expect(wrong).toEqual([]);
  });
});

describe("banned calls", () => {
  test.each(banned.map((rule) => [rule.why, rule] as const))("%s", (_why, rule) => {
    const wrong = code.filter(
      (path) => !rule.except.test(path) && rule.pattern.test(withoutComments(text(path))),
    );
    expect(wrong).toEqual([]);
  });

  test("services do not reach for HTTP, files or processes", () => {
    expect(
      code.filter((path) => path.startsWith("src/services/") && bannedInServices.test(text(path))),
    ).toEqual([]);
  });

  test("no type is silenced and no test is switched off", () => {
    const pattern = /@ts-ignore|@ts-expect-error|\bas any\b|\b(?:it|test|describe)\.(?:todo|only)\b/;
    const wrong = files.filter(
      (path) => path !== "tools/tidy.test.ts" && pattern.test(withoutComments(text(path))),
    );
    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  test("are short", () => {
    const long = files
      .filter((path) => !(path in longFiles))
      .map((path) => ({ path, lines: text(path).split("\n").length - 1 }))
      .filter(({ lines }) => lines > maximumLines);
    expect(long).toEqual([]);
  });

  test("open with what they are", () => {
    expect(code.filter((path) => !/^(#!.*\n)?(\/\/|\/\*)/.test(text(path)))).toEqual([]);
  });

  test("are few in a folder", () => {
    const counts = new Map<string, number>();
    for (const path of code) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    const wide = [...counts].filter(([folder, count]) => count > maximumFiles && !(folder in wideFolders));
    expect(wide).toEqual([]);
  });

  test("carry no unexplained work to do", () => {
    expect(
      files.filter(
        (path) => path !== "tools/tidy.test.ts" && /\b(TODO|FIXME|XXX)\b(?!.*#\d)/.test(text(path)),
      ),
    ).toEqual([]);
  });
});
