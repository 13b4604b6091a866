// `{"cidr": "10.0.0.0/24"}`: addresses within a network, of version 4 or 6.

import { BlockList, isIP } from "node:net";
import { EventPatternError } from "./pattern-error.ts";

export interface Network {
  readonly version: number;
  readonly block: BlockList;
}

export function parseNetwork(operand: unknown): Network {
  const [address = "", bits = "", ...more] = typeof operand === "string" ? operand.split("/") : [];
  const version = isIP(address);
  const length = Number(bits);
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || length > (version === 4 ? 32 : 128)) {
    throw new EventPatternError("Malformed CIDR, one '/' required");
  }
  const block = new BlockList();
  block.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  return { version, block };
}

export function isInNetwork(text: string, network: Network): boolean {
  // An address of the other version is never inside, even one that maps into it.
  return isIP(text) === network.version && network.block.check(text, network.version === 4 ? "ipv4" : "ipv6");
}
