import { expect, expectTypeOf, test } from "vitest";
import * as library from "./index.ts";
import type * as published from "./public.d.ts";

test("the published types are those of the library", () => {
  expectTypeOf<library.CloudOptions>().toEqualTypeOf<published.CloudOptions>();
  expectTypeOf<keyof library.Cloud>().toEqualTypeOf<keyof published.Cloud>();
  expectTypeOf<keyof library.CloudClock>().toEqualTypeOf<keyof published.CloudClock>();
  expectTypeOf<keyof typeof library>().toEqualTypeOf<keyof typeof published>();
  // What the sources make must be what the published types promise, member by member.
  const promised: typeof published = library;
  expect(Object.keys(promised).sort()).toEqual(["Cloud", "StartError"]);
});
