// PartiQL as DynamoDB takes it: text to trees.

export { parseStatement } from "./statement.ts";
export type * from "./syntax.ts";
export { PartiqlError } from "./token-stream.ts";
