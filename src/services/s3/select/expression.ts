// The expressions of S3 Select's SQL, as they are parsed.

export type Value = undefined | null | boolean | number | string | readonly Value[] | Row;
export interface Row {
  readonly [name: string]: Value;
}

export type Step = { readonly name: string; readonly exact: boolean } | { readonly index: number };

export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: string }
  | {
      readonly kind: "case";
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression;
    }
  /** `slot`: its place among the query's aggregates. */
  | {
      readonly kind: "aggregate";
      readonly name: AggregateName;
      readonly operand: Expression | undefined;
      readonly slot: number;
    };

export type AggregateName = "AVG" | "COUNT" | "MAX" | "MIN" | "SUM";

export interface Column {
  readonly expression: Expression;
  readonly name: string;
}

export interface Query {
  /** Undefined: `*`. */
  readonly columns: readonly Column[] | undefined;
  /** From each document to its rows: `S3Object[*].items[*]`. */
  readonly source: readonly (Step | "each")[];
  readonly where: Expression | undefined;
  readonly limit: number | undefined;
  readonly aggregates: readonly (Expression & { readonly kind: "aggregate" })[];
}
