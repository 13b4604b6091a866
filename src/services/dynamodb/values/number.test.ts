import fc from "fast-check";
import { expect, test } from "vitest";
import { addNumbers, compareNumbers, normaliseNumber, numberSize, subtractNumbers } from "./number.ts";

/** `coefficient x 10^scale`, as text in scientific notation, and as an exact integer count of 10^-170. */
interface Sample {
  readonly text: string;
  readonly exact: bigint;
}

const unit = 170;
const sample: fc.Arbitrary<Sample> = fc
  .tuple(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), fc.integer({ min: -110, max: 90 }))
  .map(([coefficient, scale]) => ({
    text: `${coefficient}E${scale}`,
    exact: coefficient * 10n ** BigInt(scale + unit),
  }));
/** Close enough together that their sum has at most 38 digits. */
const near: fc.Arbitrary<Sample> = fc
  .tuple(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), fc.integer({ min: -8, max: 8 }))
  .map(([coefficient, scale]) => ({
    text: `${coefficient}E${scale}`,
    exact: coefficient * 10n ** BigInt(scale + unit),
  }));

function exactOf(canonical: string): bigint {
  const negative = canonical.startsWith("-");
  const [whole, fraction = ""] = canonical.replace("-", "").split(".") as [string, string?];
  const magnitude = BigInt(whole + fraction.padEnd(unit, "0"));
  return negative ? -magnitude : magnitude;
}

test.each([
  ["0", "0"],
  ["-0", "0"],
  ["000.000", "0"],
  ["0e125", "0"],
  ["1.0", "1"],
  ["+1", "1"],
  ["0100", "100"],
  [".5", "0.5"],
  ["5.", "5"],
  ["-1.50", "-1.5"],
  ["1e3", "1000"],
  ["1.2E-3", "0.0012"],
  ["123.456e1", "1234.56"],
  ["1E-130", `0.${"0".repeat(129)}1`],
  ["9E125", `9${"0".repeat(125)}`],
])("%s is kept as %s", (text, canonical) => {
  expect(normaliseNumber(text)).toBe(canonical);
});

test.each([
  ["", "The parameter cannot be converted to a numeric value"],
  ["abc", "The parameter cannot be converted to a numeric value: abc"],
  [" 1", "The parameter cannot be converted to a numeric value:  1"],
  [".", "The parameter cannot be converted to a numeric value: ."],
  ["NaN", "The parameter cannot be converted to a numeric value: NaN"],
  ["1".repeat(39), "Attempting to store more than 38 significant digits in a Number"],
  ["1E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"],
  ["-1E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"],
  [
    "1e99999999999",
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
  [
    "1e-99999999999",
    "Number underflow. Attempting to store a number with magnitude smaller than supported range",
  ],
  ["0e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"],
  ["0e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"],
  ["1E-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"],
])("%s is refused with AWS's words", (text, message) => {
  expect(() => normaliseNumber(text)).toThrow(message);
});

test("the canonical form keeps the exact value", () => {
  fc.assert(
    fc.property(sample, ({ text, exact }) => {
      const canonical = normaliseNumber(text);
      expect(exactOf(canonical)).toBe(exact);
      expect(normaliseNumber(canonical)).toBe(canonical);
    }),
  );
});

test("numbers compare by their exact values", () => {
  fc.assert(
    fc.property(sample, sample, (left, right) => {
      const order = compareNumbers(normaliseNumber(left.text), normaliseNumber(right.text));
      expect(Math.sign(order)).toBe(left.exact < right.exact ? -1 : left.exact > right.exact ? 1 : 0);
    }),
  );
});

test("sums and differences are exact", () => {
  fc.assert(
    fc.property(near, near, (left, right) => {
      const [a, b] = [normaliseNumber(left.text), normaliseNumber(right.text)];
      expect(exactOf(addNumbers(a, b))).toBe(left.exact + right.exact);
      expect(exactOf(subtractNumbers(a, b))).toBe(left.exact - right.exact);
    }),
  );
});

test("a sum that needs more than 38 digits is refused", () => {
  expect(() => addNumbers("1E37", "1E-5")).toThrow("38 significant digits");
  expect(addNumbers("9007199254740993", "2")).toBe("9007199254740995");
  expect(addNumbers("0.1", "0.2")).toBe("0.3");
});

test("a number takes a byte for two digits of its whole part, and of its fraction, and one, and one for a minus sign", () => {
  const sizes = { 0: 1, 1: 2, 12: 2, 123: 3, "-1": 3, 1000: 2, 1001: 3, "0.05": 2, "1.05": 3 };
  const more = { "3.14159": 5, 123456: 4, "100.5": 4, "-0.5": 3, "0.001": 2, "42.12": 3 };
  for (const [text, size] of Object.entries({ ...sizes, ...more })) expect(numberSize(text), text).toBe(size);
});
