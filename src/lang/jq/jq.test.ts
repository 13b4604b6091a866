import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileJq, JqError, type Json } from "./jq.ts";

const world = { now: Date.UTC(2024, 0, 1) };
const ask = (program: string, input: Json = null): readonly Json[] => compileJq(program).run(input, world);

/** Program, input, values: what jq 1.6 answers. */
const answers: readonly (readonly [string, Json, readonly Json[]])[] = [
  [".", 1, [1]],
  [".a.b", { a: { b: 2 } }, [2]],
  ['."a b"', { "a b": 1 }, [1]],
  ['.["a"]?', 1, []],
  [".a?.b?", [], []],
  [".[0,-1]", [1, 2, 3], [1, 3]],
  [".[1:]", [1, 2, 3], [[2, 3]]],
  [".[:-1]", "äbc", ["äb"]],
  [".[]", { a: 1, b: 2 }, [1, 2]],
  ["[.[] | . * 2]", [1, 2], [[2, 4]]],
  ["{a, b: .c, (.d): 1}", { a: 1, c: 2, d: "e" }, [{ a: 1, b: 2, e: 1 }]],
  [
    '{customer_id: .customer.id, day: (.at | strftime("%Y-%m-%d"))}',
    { customer: { id: "x" }, at: 1565382027 },
    [{ customer_id: "x", day: "2019-08-09" }],
  ],
  ['{("a","b"): (1,2)}', null, [{ a: 1 }, { a: 2 }, { b: 1 }, { b: 2 }]],
  ['.a // "none"', {}, ["none"]],
  ["(false, null, 1) // 42", null, [1]],
  ["1, 2 + 3 * 4 % 5 - 6 / 2", null, [1, 1]],
  ["-(1) + 2", null, [1]],
  ['if . > 2 then "big" elif . == 2 then "two" else "small" end', 2, ["two"]],
  ['try error("x") catch .', null, ["x"]],
  ['[.[] | try tonumber catch "?"]', ["1", "a", "2.5"], [[1, "?", 2.5]]],
  ['"id-\\(.a + 1)-\\(.b)"', { a: 1, b: [2] }, ["id-2-[2]"]],
  ['@base64 "x\\(.)"', "ab", ["xYWI="]],
  ["[.[] as [$a, {b: $c}] | $a + $c]", [[1, { b: 2 }]], [[3]]],
  [". as {$a, b: [$c]} | $a + $c", { a: 1, b: [2] }, [3]],
  ["reduce .[] as $x (0; . + $x)", [1, 2, 3], [6]],
  [
    "[foreach .[] as $x (0; . + $x; [$x, .])]",
    [1, 2],
    [
      [
        [1, 1],
        [2, 3],
      ],
    ],
  ],
  ["def f(x): x * x; f(.[])", [2, 3], [4, 6, 6, 9]],
  ["def f($x; g): $x + g; f(1; 2)", null, [3]],
  ["def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; fac", 5, [120]],
  [
    "[range(3)], [range(2; 4)], [range(0; 10; 4)]",
    null,
    [
      [0, 1, 2],
      [2, 3],
      [0, 4, 8],
    ],
  ],
  ["[limit(2; .[])]", [1, 2, 3], [[1, 2]]],
  ["first(range(10)), [.[] | select(. > 1)]", [1, 2], [0, [2]]],
  ["to_entries", { a: 1 }, [[{ key: "a", value: 1 }]]],
  ['with_entries({key: ("x" + .key), value})', { a: 1 }, [{ xa: 1 }]],
  ["keys, length, (map_values(. + 1))", { b: 1, a: 2 }, [["a", "b"], 2, { b: 2, a: 3 }]],
  [
    "sort_by(.a), group_by(.a), unique_by(.a), max_by(.a)",
    [{ a: 2 }, { a: 1 }, { a: 2, b: 1 }],
    [
      [{ a: 1 }, { a: 2 }, { a: 2, b: 1 }],
      [[{ a: 1 }], [{ a: 2 }, { a: 2, b: 1 }]],
      [{ a: 1 }, { a: 2 }],
      { a: 2, b: 1 },
    ],
  ],
  ["sort", [{}, [], "a", 1, true, false, null], [[null, false, true, 1, "a", [], {}]]],
  ["any, all", [true, false, null], [true, false]],
  ['split(","), (split(", *"; null)), ascii_upcase', "a, b", [["a", " b"], ["a", "b"], "A, B"]],
  ['join("-")', ["a", 1, null, true], ["a-1--true"]],
  [
    'test("B"; "i"), [match("b+"; "g").offset], capture("(?<first>a)")',
    "abb-b",
    [true, [1, 4], { first: "a" }],
  ],
  ['sub("(?<x>b)"; "<\\(.x)>"), gsub("b"; "c")', "abb", ["a<b>b", "acc"]],
  ['[scan("[a-z]")]', "a1b", [["a", "b"]]],
  ['ltrimstr("a"), rtrimstr("b"), startswith("a"), endswith("a")', "ab", ["b", "a", true, false]],
  ['strptime("%Y-%m-%dT%H:%M:%SZ") | mktime', "2015-03-05T23:51:47Z", [1425599507]],
  ["fromdate, (fromdate | todate)", "2015-03-05T23:51:47Z", [1425599507, "2015-03-05T23:51:47Z"]],
  ["now | todate", null, ["2024-01-01T00:00:00Z"]],
  ['strftime("%j %U %V %G %a %b %e %I %p")', 1425599507, ["064 09 10 2015 Thu Mar  5 11 PM"]],
  ["@csv, @tsv, @json", [1, 'a"b', null], ['1,"a""b",', '1\ta"b\t', '[1,"a\\"b",null]']],
  ["@uri, @html, @sh", "a b<'", ["a%20b%3C'", "a b&lt;&apos;", "'a b<'\\'''"]],
  ["[..]", [[1]], [[[[1]], [1], 1]]],
  ["[recurse(if . < 2 then . + 1 else empty end)]", 0, [[0, 1, 2]]],
  [
    "[.[] | tostring], [.[] | tojson]",
    [1, "1", [1]],
    [
      ["1", "1", "[1]"],
      ["1", '"1"', "[1]"],
    ],
  ],
  [
    "flatten, flatten(1)",
    [[1, [2]]],
    [
      [1, 2],
      [1, [2]],
    ],
  ],
  ['index("b"), rindex("b"), indices("b")', "abcb", [1, 3, [1, 3]]],
  ['contains({a: ["b"]}), inside({a: ["abc"], c: 1})', { a: ["abc"] }, [true, true]],
  ["[.[] | (1 / .)?]", [1, 0, 2], [[1, 0.5]]],
  ["{} * {a: {b: 1}} * {a: {c: 2}}", null, [{ a: { b: 1, c: 2 } }]],
  ["until(. > 100; . * 2), [while(. < 4; . + 1)]", 1, [128, [1, 2, 3]]],
  ['has("a"), (.a | type), (.b | not)', { a: [] }, [true, "array", true]],
  ['walk(if type == "number" then . + 1 else . end)', [1, { a: 2 }], [[2, { a: 3 }]]],
  ["min, max, (transpose? // 1)", [3, 1], [1, 3, 1]],
  ["explode | implode", "aä", ["aä"]],
  ["(nan | isnan), ([infinite] | tostring)", null, [true, "[1.7976931348623157e+308]"]],
];

describe("a jq program", () => {
  test.each(answers)("%s of %j", (program, input, values) => expect(ask(program, input)).toEqual(values));

  test.each([
    ["", "syntax error, unexpected end of file"],
    [".a |", "syntax error, unexpected end of file"],
    ["{a: }", "syntax error, unexpected '}'"],
    ["nothing(1)", "nothing/1 is not defined"],
    [".a = 1", "the operator = is not supported"],
    ["input", "input/0 is not defined"],
    ["$ENV.HOME", "$ENV is not defined"],
    ['"a', "syntax error, unterminated string literal"],
  ])("%s is refused: %s", (program, message) => {
    expect(() => ask(program)).toThrow(new JqError(message));
  });

  test.each([
    [".a", [1], 'Cannot index array with "a"'],
    [".[]", 1, "Cannot iterate over number (1)"],
    [". + 1", "a", 'string ("a") and number (1) cannot be added'],
    ["{(1): 2}", null, "Object keys must be strings"],
  ] as const)("%s fails on %j: %s", (program, input, message) => {
    expect(() => ask(program, input)).toThrow(new JqError(message));
  });

  test.each([
    "def f: f; f",
    "[range(1e12)]",
    "[repeat(1)] | length",
    "def f: 1 + f; f",
    "[recurse(.)] | length",
    '"x" * 1e12',
    "reduce range(1e9) as $x (0; . + $x)",
  ])("%s ends", (program) => {
    expect(() => ask(program, 1)).toThrow(JqError);
  });
});

const real = spawnSync("jq", ["--version"], { encoding: "utf8" });

/** Where there is a jq, it is asked the same, all in one program. */
describe.skipIf(real.error !== undefined || !real.stdout.startsWith("jq-1.6"))("beside the real jq", () => {
  const asked = (questions: readonly (readonly [program: string, input: Json])[]): readonly unknown[] => {
    const parts = questions.map(
      ([program, input]) => `(${JSON.stringify(input)} | try [${program}] catch "fails")`,
    );
    const output = execFileSync("jq", ["-n", "-c", `[${parts.join(",\n")}]`], { encoding: "utf8" });
    return JSON.parse(output) as readonly unknown[];
  };
  const own = (program: string, input: Json): readonly Json[] | "fails" => {
    try {
      return ask(program, input);
    } catch {
      return "fails";
    }
  };

  test("the same programs have the same answers", () => {
    const same = answers.filter(([program]) => !/\bnow\b/.test(program));
    expect(asked(same.map(([program, input]) => [program, input]))).toEqual(
      same.map(([, , values]) => values),
    );
  });

  test("operators agree on any two values", () => {
    const values = [null, true, false, 0, -1, 2.5, "", "a", "ab", [], [1], ["a"], {}, { a: 1 }, { b: [] }];
    const operators = ["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//"];
    const value = fc.constantFrom<Json>(...values);
    const question = fc.tuple(value, fc.constantFrom(...operators), value);
    const questions = fc
      .sample(question, 300)
      .map(([left, operator, right]) => [`.[0] ${operator} .[1]`, [left, right]] as const);
    const ours = questions.map(([program, input]) => [program, input, own(program, input)]);
    const theirs = asked(questions);
    expect(ours).toEqual(questions.map(([program, input], at) => [program, input, theirs[at]]));
  });
});
