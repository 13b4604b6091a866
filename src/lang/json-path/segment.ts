// What a path consists of, as the parser leaves it for the compiler.

import type { JsonValue } from "../../model/shapes.ts";

export type Segment =
  | { readonly kind: "name"; readonly names: readonly string[] }
  | { readonly kind: "index"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  /** `..`: the value and all within it, for the segment that follows. */
  | { readonly kind: "scan" }
  | { readonly kind: "filter"; readonly condition: Condition }
  | { readonly kind: "function"; readonly name: string; readonly parameters: readonly Operand[] };

export type Condition =
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "exists"; readonly of: Operand }
  | {
      readonly kind: "comparison";
      readonly left: Operand;
      readonly operator: string;
      readonly right: Operand;
    };

export type Operand =
  | { readonly kind: "literal"; readonly value: JsonValue }
  | { readonly kind: "pattern"; readonly source: string; readonly flags: string }
  /** `current` is the element under test, `@`; otherwise the root, `$`. */
  | { readonly kind: "path"; readonly current: boolean; readonly segments: readonly Segment[] };
