// What a call asks for to be done when it is over.

import { expect, test } from "vitest";
import { askAfter, askedAfter } from "./after-call.ts";

test("of one name, the last that was asked for is done, once", async () => {
  const call = {};
  const done: string[] = [];
  const note = (text: string) => async () => {
    done.push(text);
  };
  askAfter(call, "log", note("first run"));
  askAfter(call, "log", note("second run"));
  askAfter(call, "other", note("other"));
  for (const todo of askedAfter(call) ?? []) await todo(undefined as never, undefined as never);
  expect(done).toEqual(["second run", "other"]);
  expect(askedAfter({})).toBeUndefined();
});
