import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VtlError } from "./error.ts";
import { Lent, type Value } from "./value.ts";
import { compileTemplate } from "./vtl.ts";

const run = (text: string, lent: Record<string, Value> = {}): string => compileTemplate(text)(lent);

describe("references", () => {
  const lent = { name: "Ann", list: ["a", "b"], map: { a: { b: 1 } } };

  test.each([
    ["Hello $name!", "Hello Ann!"],
    [`Hello \${name}s`, "Hello Anns"],
    ["$missing $!missing. $!{missing}.", "$missing . ."],
    ["$map.a.b $map.a.c $map['a'].b $list[1] $list[-1] $list[9]", "1 $map.a.c 1 b b $list[9]"],
    ["$name.length() $name.missing() $name.toUpperCase().substring(1)", "3 $name.missing() NN"],
    ["costs $5, $ and $$name", "costs $5, $ and $Ann"],
    ["\\$name \\\\$name \\$missing", "$name \\Ann \\$missing"],
    ["$name. $name.5 $name-", "Ann. Ann.5 $name-"],
    ["$list.size()$list.isEmpty()$list.empty", "2falsefalse"],
  ])("%s", (text, expected) => {
    expect(run(text, lent)).toBe(expected);
  });

  test("what is missing prints as nothing where that is wanted", () => {
    expect(compileTemplate('[$a.b $c "$d.e()"]', { quiet: true })({ a: {} })).toBe('[  ""]');
  });

  test("what a client calls a member is only a name", () => {
    const map = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Value;
    expect(run("$map.toString $map.hasOwnProperty $map.constructor $map.__proto__.x", { map })).toBe(
      "$map.toString $map.hasOwnProperty 2 1",
    );
    run('#set($m = {})#set($ignored = $m.put("__proto__", {"polluted": true}))', {});
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("directives", () => {
  test.each([
    ["#set($a = 1)#if($a == 1)one#elseif($a == 2)two#{else}more#end", "one"],
    ["#set($a = 2)#if($a == 1)one#elseif($a == 2)two#{else}more#end", "two"],
    ["#set($a = 3)#if($a == 1)one#elseif($a == 2)two#{else}more#end", "more"],
    ['#if("")text#end#if($none)x#end#if(!$none)y#end', "texty"],
    ["#foreach($i in [1..3])$i$foreach.index$foreach.count#if($foreach.hasNext),#end#end", "101,212,323"],
    ["#foreach($i in [3..1])$velocityCount$i#end", "132231"],
    ["#foreach($i in [1..9])#if($i == 3)#break#end$i#end.", "12."],
    ["a#foreach($i in [1..9])#if($i == 3)#stop#end$i#end.", "a12"],
    ["#foreach($v in $map)$v#end#foreach($v in $none)$v#end", "12"],
    ["#foreach($e in $map.entrySet())$e.key=$e.value;$e.getKey()#end", "x=1;xy=2;y"],
    ["#foreach($i in [1,2])#foreach($j in [1,2])$foreach.parent.count$j #end#end$!foreach", "11 12 21 22 "],
    ["#set($i = 'kept')#foreach($i in [1])$i#end$i", "1kept"],
    ["a ## comment\nb#* more\n *#c#[[ $map #end ]]#", "a bc $map #end "],
    ["#notadirective #1 # \\#if(1) \\#end", "#notadirective #1 # #if(1) #end"],
    ["#set($x = $none)#set($y = 1)#set($y = $none)$x$y", "$x1"],
    ["#define($d)<$x>#end#set($x = 1)$d#set($x = 2)$d $!d.a", "<1><2> "],
    ["#set($m = {})#set($m.a = 1)#set($m['b'] = [0])#set($m.b[0] = 2)$m", "{a=1, b=[2]}"],
  ])("%s", (text, expected) => {
    expect(run(text, { map: { x: 1, y: 2 } })).toBe(expected);
  });

  test("a directive takes the blank rest of its line along, and #set the blanks before it", () => {
    const text = "{\n  #set($a = 1)\n  #if($a == 1)\n  one\n  #else\n  other\n  #end\n}\n";
    expect(run(text)).toBe("{\n    one\n  }\n");
  });

  test.each([
    ["#if($a", '")" is expected'],
    ["#end", "#end without its beginning"],
    ["#if(true)", "#end is expected"],
    ["\n #set($a 1)", 'at line 2, column 10; encountered "1)"'],
    ["#macro(x)#end", "#macro is not supported"],
    ["#if('a)#end", "the text does not end"],
    ["$".padEnd(1_000_001), "The template is too long."],
    [`#if(${"(".repeat(1000)}`, "the nesting is too deep"],
  ])("%#: what is no template says where", (text, message) => {
    expect(() => compileTemplate(text)).toThrow(message);
  });
});

describe("expressions", () => {
  test.each([
    ["1 + 2 * 3", "7"],
    ["(1 + 2) * 3", "9"],
    ["7 / 2", "3"],
    ["7.0 / 2.5", "2.8"],
    ["-7 % 3", "-1"],
    ["1 / 0", "$x"],
    ["'a' + 1", "a1"],
    ["1 == '1'", "true"],
    ["1 < 2 && 2 <= 2 || false", "true"],
    ["not true or 3 gt 2 and 1 ne 2", "true"],
    ["'it''s'", "it's"],
    ['"say ""$name"" $missing"', 'say "Ann" $missing'],
    ["'$name'", "$name"],
    ["[1, 'b', [2]]", "[1, b, [2]]"],
    ['{"a": 1, "b": {"c": "d"}}', "{a=1, b={c=d}}"],
    ["$json", '{id=1, tags=["x",{"y":2}], none=null}'],
    ["$json.tags", '["x",{"y":2}]'],
    ["0.00001", "1.0E-5"],
    ["$name == $name && $none == $other", "true"],
  ])("%s", (text, expected) => {
    const json = JSON.parse('{"id":1,"tags":["x",{"y":2}],"none":null}') as Value;
    expect(run(`#set($x = ${text})$x`, { name: "Ann", json })).toBe(expected);
  });
});

describe("methods", () => {
  test.each([
    [`"a,b,,".split(",").size()`, "2"],
    [`"a1b22".replaceAll("([0-9]+)", "<$1>")`, "a<1>b<22>"],
    [`"it\\'s".replaceAll("\\\\'", "'")`, "it's"],
    [`"abc".matches("[a-c]+")`, "true"],
    [`"abcd".matches("[a-c]+")`, "false"],
    [`"ABC".matches("(?i)abc")`, "true"],
    [`"abc".substring(2, 9)`, "$x"],
    [`"abc".indexOf("c")`, "2"],
    [`"hello".hashCode()`, "99162322"],
    [`"b".compareTo("a")`, "1"],
    [`[1, 2].contains(2)`, "true"],
    [`{"a": 1}.containsKey("a")`, "true"],
    [`{"a": 1}.keySet()`, "[a]"],
    [`{"a": 1}.getOrDefault("b", 2)`, "2"],
    [`$n.parseInt("12")`, "12"],
  ])("%s", (text, expected) => {
    const named = text.replace(/^("[^"]*"|\[[^\]]*\]|\{[^}]*\})\./, "$on.");
    const on = named === text ? "" : `#set($on = ${text.slice(0, text.length - named.length + 3)})`;
    expect(run(`${on}#set($x = ${named})$x`, { n: 0 })).toBe(expected);
  });

  test("lists and maps can be changed", () => {
    const text = `#set($l = [])#set($x = $l.add("a"))$l.add("c")$l.add(1, "b")$l.remove(0)$l.size()$l
$!{m.put("k", 1)}$m.put("k", 2)$m.remove("k")$m.size()`;
    expect(run(text, { m: {} })).toBe("truea2[b, c]\n120");
  });

  test("what is lent has the methods and properties that its owner says", () => {
    const util = new Lent("util", {
      methods: { twice: (text = null) => `${text}${text}` },
      property: (name) => (name === "version" ? 1 : undefined),
    });
    expect(run("$util.twice('a') $util.version $util.toString() $util.other", { util })).toBe(
      "aa 1 $util.toString() $util.other",
    );
  });
});

describe("limits", () => {
  test("a loop ends after 1,000 iterations", () => {
    expect(run("#foreach($i in [1..2000])#set($last = $i)#end$last")).toBe("1000");
  });

  test.each([
    "#foreach($i in [1..1000])#foreach($j in [1..1000])#end#end",
    "#set($a = 'aaaaaaaaaa')#foreach($i in [1..100])#set($a = $a + $a)#end",
    "#set($a = [1])#foreach($i in [1..100])$a.addAll($a)#end",
    "#set($a = 'aaaaaaaaaa')#foreach($i in [1..100])#set($a = \"$a$a\")#end",
    "#foreach($i in [1..100000000])#end",
    "#define($d)$d#end$d",
  ])("%s is stopped", (text) => {
    expect(() => run(text)).toThrow(VtlError);
  });
});

test("any text is a template, or a template error", () => {
  const pieces = fc.constantFrom(
    "$",
    "#",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "#if(",
    "#set(",
    "a",
    ".",
    "!",
    '"',
    "'",
    "\\",
    " ",
    "=",
    "1",
    "#end",
    "in",
    "#foreach(",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        run(parts.join(""), { a: { a: [1] } });
      } catch (error) {
        expect(error).toBeInstanceOf(VtlError);
      }
    }),
    { numRuns: 500 },
  );
});

test("text without references and directives comes out as it is", () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !/[$#\\]/.test(text)),
      (text) => {
        expect(run(`${text}#set($a = 1)`)).toBe(text.replace(/[ \t]+$/, ""));
      },
    ),
  );
});
