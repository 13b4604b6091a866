import { expect, it } from "vitest";
import { openTestStore } from "../store/testing/open.ts";
import { ControllableClock } from "./clock.ts";
import { NodePresence } from "./node-presence.ts";

it("a node is there from its announcement until it stops, or until another begins alone", async () => {
  const { store } = await openTestStore();
  const node = (id: string): NodePresence =>
    new NodePresence({ store, clock: new ControllableClock(), log: () => undefined }, id);
  const [here, there] = [node("here"), node("there")];
  expect(await here.lives("here")).toBe(true);
  expect(await here.lives("there")).toBe(false);
  expect(await there.announce()).toBe(true);
  expect(await there.announce()).toBe(false);
  expect(await here.lives("there")).toBe(true);
  await there.stop();
  expect(await here.lives("there")).toBe(false);
  await here.announce();
  await node("first").start(false);
  expect(await there.lives("here")).toBe(true);
  await node("first").start(true);
  expect(await there.lives("here")).toBe(false);
  await here.stop();
});
