// `{"cidr": "10.0.0.0/24"}`: addresses within a network, of version 4 or 6.

import { BlockList, isIP } from "node:net";
import { EventPatternError } from "./pattern-error.ts";

export interface Network {
  readonly version: number;
  readonly block: BlockList;
}

export function parseNetwork(operand: unknown): Network {
  // AWS's words, though this is no prefix.
  if (typeof operand !== "string") throw new EventPatternError("prefix match pattern must be a string");
  const [address = "", bits, more] = operand.split("/");
  if (bits === undefined || more !== undefined) {
    throw new EventPatternError("Malformed CIDR, one '/' required");
  }
  if (!/^\d{1,9}$/.test(bits)) throw new EventPatternError("Malformed CIDR, mask bits must be an integer");
  const version = isIP(address);
  if (version === 0) throw new EventPatternError(`Nonstandard IP address: ${address}`);
  const length = Number(bits);
  const most = version === 4 ? 32 : 128;
  if (length > most) throw new EventPatternError(`IPv${version} mask bits must be < ${most}`);
  const block = new BlockList();
  block.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  return { version, block };
}

export function isInNetwork(text: string, network: Network): boolean {
  // An address of the other version is never inside, even one that maps into it.
  return isIP(text) === network.version && network.block.check(text, network.version === 4 ? "ipv4" : "ipv6");
}
