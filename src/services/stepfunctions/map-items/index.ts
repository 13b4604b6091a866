// Where a distributed map's items come from, how they are batched, and where
// its results go.

export type { BatchLimits, ChildResult, ReaderAim, WriterAim } from "./aim.ts";
export { batchItems } from "./batch.ts";
export { itemsOfText, readItems, type SourcedItem } from "./read.ts";
export { resultValues } from "./transform.ts";
export { writeResults } from "./write.ts";
