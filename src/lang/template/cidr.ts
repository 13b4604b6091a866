// `Fn::Cidr`: the blocks of a given size at the start of an address block, of
// either version of IP.

import { TemplateError } from "./error.ts";

const maximumBlocks = 256;

export function cidrBlocks(block: string, count: number, bits: number | undefined): readonly string[] {
  const [address = "", prefixText] = block.split("/");
  const six = address.includes(":");
  const width = six ? 128 : 32;
  const prefix = Number(prefixText);
  const hostBits = bits ?? (six ? 64 : 8);
  const base = six ? parseSix(address) : parseFour(address);
  if (base === undefined || prefixText === undefined || !(prefix >= 0 && prefix <= width))
    throw new TemplateError(`Template error: Fn::Cidr: ${block} is not a valid CIDR block`);
  if (!(count >= 1 && count <= maximumBlocks))
    throw new TemplateError("Template error: Fn::Cidr: count must be between 1 and 256");
  const length = width - hostBits;
  if (length < prefix || BigInt(count) > 1n << BigInt(length - prefix)) {
    throw new TemplateError(`Template error: Fn::Cidr: ${block} does not hold ${count} blocks of /${length}`);
  }
  const start = (base >> BigInt(width - prefix)) << BigInt(width - prefix);
  return Array.from({ length: count }, (_each, at) => {
    const value = start + (BigInt(at) << BigInt(hostBits));
    return `${six ? printSix(value) : printFour(value)}/${length}`;
  });
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function printFour(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function parseSix(text: string): bigint | undefined {
  const [head = "", tail] = text.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - left.length - right.length;
  if (missing < 0 || (tail === undefined && missing !== 0)) return undefined;
  const groups = [...left, ...Array<string>(missing).fill("0"), ...right];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** The longest run of zeros is left out. */
function printSix(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_each, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  const text = groups.join(":");
  const [longest] = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)]
    .map(([run]) => run)
    .sort((a, b) => b.length - a.length);
  return longest === undefined
    ? text
    : text
        .replace(longest, ":")
        .replace(/^:(?!:)/, "::")
        .replace(/(?<!:):$/, "::");
}
