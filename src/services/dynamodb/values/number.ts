// DynamoDB's numbers: decimal, exact to 38 significant digits, from 1E-130 to
// 9.99...E+125 in magnitude. They travel as text; inside Cumulet the text is
// always in the one canonical form that `normaliseNumber` makes, so equal
// numbers are equal strings.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html

import { validation } from "../faults.ts";

/** `0.d1d2d3... x 10^exponent` with a first and last digit that are not zero; zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const maximumDigits = 38;
/** Exponents count from the first digit as a fraction: 1E-130 is 0.1E-129, 9.9E+125 is 0.99E+126. */
const smallestExponent = -129;
const largestExponent = 126;

const grammar = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const plainInteger = /^(?:0|-?[1-9]\d{0,36})$/;

/** The canonical text of a number, or AWS's fault. Plain notation without needless zeros: `1E2` is `100`. */
export function normaliseNumber(text: string): string {
  // Integers that end in another digit than 0 or fit the limit anyway are canonical as they are.
  if (plainInteger.test(text)) return text;
  return formatDecimal(parseDecimal(text));
}

export function parseDecimal(text: string): Decimal {
  const parts = grammar.exec(text);
  if (parts === null) throw notNumeric(text);
  const whole = parts[2]!;
  const fraction = parts[3] ?? "";
  if (whole === "" && fraction === "") throw notNumeric(text);
  const all = whole + fraction;
  let first = 0;
  while (first < all.length && all.charCodeAt(first) === 48) first += 1;
  let end = all.length;
  while (end > first && all.charCodeAt(end - 1) === 48) end -= 1;
  const digits = all.slice(first, end);
  const written = Number(parts[4] ?? 0);
  // Zero is measured by the exponent that it is written with.
  if (digits === "") return checked({ ...zero, exponent: written === 0 ? 0 : written + 1 }) && zero;
  const exponent = whole.length - first + written;
  return checked({ negative: parts[1] === "-", digits, exponent });
}

const zero: Decimal = { negative: false, digits: "", exponent: 0 };

function notNumeric(text: string): Error {
  return validation(
    text === ""
      ? "The parameter cannot be converted to a numeric value"
      : `The parameter cannot be converted to a numeric value: ${text}`,
  );
}

function checked(value: Decimal): Decimal {
  if (value.digits.length > maximumDigits) {
    throw validation("Attempting to store more than 38 significant digits in a Number");
  }
  if (value.exponent > largestExponent) {
    throw validation(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  }
  if (value.exponent < smallestExponent) {
    throw validation(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  }
  return value;
}

export function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return sign + digits + "0".repeat(exponent - digits.length);
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** Negative, zero or positive, as for `sort`. Both are canonical. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  // Reading a decimal as a double keeps order, except that neighbours may become equal.
  const a = Number(left);
  const b = Number(right);
  if (a !== b) return a < b ? -1 : 1;
  return compareDecimals(parseDecimal(left), parseDecimal(right));
}

function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.negative !== right.negative) return left.negative ? -1 : 1;
  const sign = left.negative ? -1 : 1;
  if (left.exponent !== right.exponent) return left.exponent < right.exponent ? -sign : sign;
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -sign : sign;
}

export function addNumbers(left: string, right: string): string {
  const a = Number(left);
  const b = Number(right);
  // Sums of integers that doubles hold exactly: counters, nearly always.
  if (isExact(left, a) && isExact(right, b)) return String(a + b);
  return addDecimals(parseDecimal(left), parseDecimal(right));
}

export function subtractNumbers(left: string, right: string): string {
  return addNumbers(left, right === "0" ? right : right.startsWith("-") ? right.slice(1) : `-${right}`);
}

/** 15 digits of an integer: the sum of two such is exact as well. */
function isExact(text: string, value: number): boolean {
  return text.length <= 15 && Number.isInteger(value) && !text.includes(".");
}

function addDecimals(left: Decimal, right: Decimal): string {
  const lowest = Math.min(left.exponent - left.digits.length, right.exponent - right.digits.length);
  const sum = scaled(left, lowest) + scaled(right, lowest);
  const text = (sum < 0n ? -sum : sum).toString();
  const digits = text.replace(/0+$/, "");
  if (digits === "") return "0";
  return formatDecimal(checked({ negative: sum < 0n, digits, exponent: text.length + lowest }));
}

/** The value as an integer count of 10^lowest. */
function scaled({ negative, digits, exponent }: Decimal, lowest: number): bigint {
  if (digits === "") return 0n;
  const magnitude = BigInt(digits + "0".repeat(exponent - digits.length - lowest));
  return negative ? -magnitude : magnitude;
}

/**
 * Bytes that a number takes: one, and one for every two significant digits of the
 * whole part and of the fraction, each rounded up, and one for a minus sign. So AWS
 * measures; its documentation rounds differently.
 */
export function numberSize(text: string): number {
  const negative = text.charCodeAt(0) === 45 ? 1 : 0;
  const point = text.indexOf(".", negative);
  const wholeEnd = point < 0 ? text.length : point;
  let start = negative;
  while (start < wholeEnd && text.charCodeAt(start) === 48) start += 1;
  if (point < 0) {
    let end = wholeEnd;
    while (end > start && text.charCodeAt(end - 1) === 48) end -= 1;
    return 1 + ((end - start + 1) >> 1) + negative;
  }
  let fraction = point + 1;
  if (start === wholeEnd) while (text.charCodeAt(fraction) === 48) fraction += 1;
  return 1 + ((wholeEnd - start + 1) >> 1) + ((text.length - fraction + 1) >> 1) + negative;
}
