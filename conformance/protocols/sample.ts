// Random values of model shapes, the same for the same seed: in memory as a
// service sees them, and tagged as they cross to Python.

import type { Member, Shape } from "../../src/model/shapes.ts";

export interface Sample {
  readonly memory: unknown;
  readonly tagged: unknown;
}

type Place = Member["location"];

const alphabet = [..."abcdefghijAB09 &<>\"'+%/=.;:,é漢😀\\"];
const plainAlphabet = [..."abcdefABC09-_"];

export class Sampler {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to and not including 1. */
  random(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  of(shape: Shape, depth = 0, place?: Place): Sample {
    switch (shape.kind) {
      case "structure":
        return this.#structure(shape, depth);
      case "list": {
        // An empty list has no form in a header or query string.
        const count = depth > 8 ? 0 : this.#between(place === undefined ? 0 : 1, 3);
        const items = Array.from({ length: count }, () => this.of(shape.member.shape, depth + 1, place));
        return { memory: items.map(({ memory }) => memory), tagged: items.map(({ tagged }) => tagged) };
      }
      case "map": {
        const entries = Array.from({ length: depth > 8 ? 0 : this.#between(0, 3) }, (_, at) => {
          const value = this.of(shape.value.shape, depth + 1, place);
          return [`${this.#text(plainAlphabet).toLowerCase()}${at}`, value] as const;
        });
        return {
          memory: Object.fromEntries(entries.map(([key, { memory }]) => [key, memory])),
          tagged: Object.fromEntries(entries.map(([key, { tagged }]) => [key, tagged])),
        };
      }
      case "string":
        return same(
          shape.enum === undefined
            ? this.#text(place === undefined ? alphabet : plainAlphabet)
            : this.#pick(shape.enum),
        );
      case "integer":
      case "long":
        return same(this.#between(-1000, 1_000_000_000));
      case "float":
      case "double":
        return same(this.#pick([0.5, 1, -2.25, 1e10]));
      case "boolean":
        return same(this.random() < 0.5);
      case "timestamp": {
        const memory = this.#between(0, 2_000_000_000) * 1000;
        return { memory, tagged: { $t: memory } };
      }
      case "blob": {
        // Letters: botocore reads every blob payload as text.
        const bytes = Buffer.from(this.#text(plainAlphabet));
        return { memory: new Uint8Array(bytes), tagged: { $b: bytes.toString("base64") } };
      }
      case "document":
        return same({ a: [1, "x", true] });
    }
  }

  #structure(shape: Shape & { readonly kind: "structure" }, depth: number): Sample {
    const memory: Record<string, unknown> = {};
    const tagged: Record<string, unknown> = {};
    let members = [...shape.members.values()];
    if (shape.union) members = members.length === 0 ? [] : [this.#pick(members)];
    for (const member of members) {
      const inPath = member.location === "uri";
      const chance = depth < 2 ? 0.7 : 0.4;
      if (depth > 12 || (!inPath && !shape.union && (depth > 5 || this.random() > chance))) continue;
      if (member.location === "statusCode" || member.jsonValue === true) continue;
      const value = this.of(member.shape, depth + 1, member.location);
      memory[member.name] = value.memory;
      tagged[member.name] = value.tagged;
    }
    return { memory, tagged };
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#between(0, from.length - 1)] as T;
  }

  #text(from: readonly string[]): string {
    return Array.from({ length: this.#between(1, 12) }, () => this.#pick(from)).join("");
  }
}

function same(value: unknown): Sample {
  return { memory: value, tagged: value };
}
