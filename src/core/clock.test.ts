// The clock, stopped and moved: order and rest are what everything else relies on.

import { describe, expect, test } from "vitest";
import { ControllableClock } from "./clock.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a stopped clock", () => {
  test("stands still", () => {
    const clock = new ControllableClock(1000);
    expect(clock.now()).toBe(1000);
    expect(clock.frozen).toBe(true);
  });

  test("wakes sleepers in the order they are due, each at its own time", async () => {
    const clock = new ControllableClock(0);
    const woken: [string, number][] = [];
    for (const [name, at] of [
      ["c", 30],
      ["a", 10],
      ["b", 20],
      ["b2", 20],
    ] as const) {
      void clock.sleepUntil(at).then(() => woken.push([name, clock.now()]));
    }
    await clock.advance(25, settle);
    expect(woken).toEqual([
      ["a", 10],
      ["b", 20],
      ["b2", 20],
    ]);
    expect(clock.now()).toBe(25);
  });

  test("wakes those who began to sleep while it was moved", async () => {
    const clock = new ControllableClock(0);
    let ticks = 0;
    const tick = async (): Promise<void> => {
      while (ticks < 100) {
        await clock.sleepUntil(clock.now() + 1000);
        ticks++;
      }
    };
    void tick();
    await clock.advance(10_500, settle);
    expect(ticks).toBe(10);
  });

  test("lets a sleeper go when its signal aborts", async () => {
    const clock = new ControllableClock(0);
    const stop = new AbortController();
    const slept = clock.sleepUntil(10, stop.signal);
    stop.abort();
    await slept;
    expect(clock.now()).toBe(0);
  });

  test("runs two advances one after the other", async () => {
    const clock = new ControllableClock(0);
    await Promise.all([clock.advance(10, settle), clock.advance(10, settle)]);
    expect(clock.now()).toBe(20);
  });
});

describe("a running clock", () => {
  test("goes on from where it was moved to", async () => {
    const clock = new ControllableClock();
    const before = clock.wall();
    await clock.advance(3_600_000, settle);
    expect(clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(clock.frozen).toBe(false);
  });

  test("can be stopped and resumed without a jump back", () => {
    const clock = new ControllableClock();
    clock.freeze();
    const stopped = clock.now();
    clock.resume();
    expect(clock.now()).toBeGreaterThanOrEqual(stopped);
  });
});
