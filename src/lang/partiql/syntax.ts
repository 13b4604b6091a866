// PartiQL as DynamoDB takes it: the trees that its statements are parsed to.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html

export type Path = readonly (string | number)[];

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Expression =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "missing" }
  /** The n-th question mark, from 0. */
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "list" | "bag"; readonly members: readonly Expression[] }
  | {
      readonly kind: "struct";
      readonly fields: readonly { readonly name: string; readonly value: Expression }[];
    }
  /** A place is `line:column:length` of the first token, from 1. */
  | { readonly kind: "path"; readonly path: Path; readonly place: string }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly operands: readonly Expression[];
      readonly place: string;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-";
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "comparison";
      readonly comparator: Comparator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | { readonly kind: "in"; readonly operand: Expression; readonly list: readonly Expression[] }
  | { readonly kind: "is"; readonly operand: Expression; readonly type: string }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly operand: Expression };

export interface Source {
  readonly table: string;
  readonly index?: string | undefined;
}

export interface Select {
  readonly kind: "select";
  /** Undefined for `*`. */
  readonly columns: readonly Path[] | undefined;
  readonly from: Source;
  readonly where: Expression | undefined;
  readonly order: readonly { readonly path: Path; readonly descending: boolean }[];
}

export interface Insert {
  readonly kind: "insert";
  readonly into: Source;
  readonly value: Expression;
}

export type Change =
  | { readonly kind: "set"; readonly path: Path; readonly value: Expression }
  | { readonly kind: "remove"; readonly path: Path };

export interface Returning {
  readonly which: "ALL" | "MODIFIED";
  readonly state: "OLD" | "NEW";
}

export interface Update {
  readonly kind: "update";
  readonly table: Source;
  readonly changes: readonly Change[];
  readonly where: Expression | undefined;
  readonly returning: Returning | undefined;
}

export interface Delete {
  readonly kind: "delete";
  readonly from: Source;
  readonly where: Expression | undefined;
  readonly returning: Returning | undefined;
}

/** Stands alone in a transaction, as a condition on an item that is not changed. */
export interface Exists {
  readonly kind: "exists";
  readonly select: Select;
}

export type Statement = Select | Insert | Update | Delete | Exists;

export interface ParsedStatement {
  readonly statement: Statement;
  /** How many question marks there are. */
  readonly parameters: number;
}
