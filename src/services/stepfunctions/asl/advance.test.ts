// The pure core under chance: random machines, random outcomes of their tasks,
// and a crash after any step.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packEvents, unpackEvents } from "../history/pack.ts";
import { randomMachine } from "../testing/random-machines.ts";
import { simulate } from "../testing/simulation.ts";
import { compile } from "./compile.ts";
import type { StatesBlock } from "./definition.ts";

const input = { items: [1, 2, 3, 4, 5] };
const seeds = fc.integer({ min: 1, max: 1_000_000 });

const never = () => false;
const always = () => true;

async function run(
  definition: StatesBlock,
  seed: number,
  crashAfter: (step: number) => boolean = never,
  repeats: (step: number) => boolean = never,
) {
  return simulate({ machine: compile(definition), input, seed, crashAfter, repeats });
}

describe("a random machine", () => {
  test("comes to an end, and leaves nothing behind where it succeeded", async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, seeds, async (definition, seed) => {
        const { head, frames } = await run(definition, seed);
        expect(["SUCCEEDED", "FAILED"]).toContain(head.status);
        if (head.status === "SUCCEEDED") expect(frames).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test("has the same history, to the byte, wherever it crashed on the way", async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, seeds, async (definition, seed) => {
        const undisturbed = await run(definition, seed);
        const crashed = await run(definition, seed, always);
        const sometimes = await run(definition, seed, (step) => step % 3 === seed % 3);
        expect(JSON.stringify(crashed)).toBe(JSON.stringify(undisturbed));
        expect(JSON.stringify(sometimes)).toBe(JSON.stringify(undisturbed));
      }),
      { numRuns: 100 },
    );
  });

  test("hears no answer twice", async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, seeds, async (definition, seed) => {
        const once = await run(definition, seed);
        const twice = await run(definition, seed, never, always);
        expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
      }),
      { numRuns: 60 },
    );
  });

  test("numbers its events without gaps, each after its predecessor", async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, seeds, async (definition, seed) => {
        const { history } = await run(definition, seed);
        expect(history.map(({ id }) => id)).toEqual(history.map((_, at) => at + 1));
        for (const { id, previous } of history) expect(previous).toBeLessThan(id);
        const entered = history.filter(({ type }) => type.endsWith("StateEntered"));
        const left = history.filter(({ type }) => /State(Exited|Aborted)$/.test(type));
        expect(left.length).toBeLessThanOrEqual(entered.length);
      }),
      { numRuns: 60 },
    );
  });

  test("reads its history as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, seeds, async (definition, seed) => {
        const { history } = await run(definition, seed);
        const read = unpackEvents(packEvents(7, history), 1);
        const plain = history.map(({ details = {}, ...event }) => ({ ...event, details, at: 7 }));
        expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(plain)));
      }),
      { numRuns: 60 },
    );
  });
});
