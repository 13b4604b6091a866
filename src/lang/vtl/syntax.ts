// A parsed template: text, references and directives, and the expressions in
// them.

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "reference";
      readonly reference: Reference;
      /** `$!name`: nothing where there is nothing. */
      readonly quiet: boolean;
      /** What stands in the template, and comes out where there is nothing. */
      readonly source: string;
      readonly backslashes: number;
    }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[] }
  | {
      readonly kind: "foreach";
      readonly name: string;
      readonly list: Expression;
      readonly body: readonly Node[];
    }
  | { readonly kind: "define"; readonly name: string; readonly body: readonly Node[] }
  | { readonly kind: "break" }
  | { readonly kind: "stop" };

export interface Branch {
  /** Undefined in `#else`. */
  readonly when: Expression | undefined;
  readonly body: readonly Node[];
}

export interface Reference {
  readonly name: string;
  readonly path: readonly Access[];
}

export type Access =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: "index"; readonly at: Expression };

export type BinaryOperator =
  | "or"
  | "and"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "text"; readonly nodes: readonly Node[] }
  | { readonly kind: "reference"; readonly reference: Reference }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "not"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };
