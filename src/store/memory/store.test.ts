// The conformance suite against memory.

import { describe } from "vitest";
import { storeConformance } from "../conformance.ts";
import { createMemoryStore } from "./store.ts";

describe("the memory store", () => storeConformance(async () => createMemoryStore()));
