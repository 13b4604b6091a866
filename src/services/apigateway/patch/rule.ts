// What may be patched of a kind of thing: paths as JSON pointers with places
// for names, the operations that each takes, and what its value must be.

import type { Op } from "../../../model/generated/apigateway.d.ts";

/** A patch under way: what the pointer's names stood for, decoded, in order. */
export interface Change {
  readonly op: Op;
  readonly path: string;
  readonly value: string;
  readonly from: string | undefined;
  readonly names: readonly string[];
}

/** Turns the text of a value into what is stored; throws a fault where it cannot be that. */
export type Reader = (text: string) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: the state that a rule edits is the table's; a draft is written freely.
export type Draft = any;

export interface PatchRule {
  /** `/variables/<variable_name>`; a name in angle brackets stands for one part of the pointer. */
  readonly path: string;
  readonly ops: readonly Op[];
  /** Matches the pointer where its path alone does not say how. */
  readonly pattern?: RegExp;
  /** Shown among the paths that could have been meant. */
  readonly listed?: false;
  readonly edit: (draft: Draft, change: Change) => void;
}

/** A property that can be replaced: `/endpointConfiguration/types`. */
export function replaceable(path: string, read: Reader, ops: readonly Op[] = ["replace"]): PatchRule {
  const place = path.slice(1).split("/");
  return {
    path,
    ops,
    edit: (draft, { op, value }) => {
      const holder = hold(draft, place.slice(0, -1));
      const last = place.at(-1)!;
      if (op === "remove") delete holder[last];
      else holder[last] = read(value);
    },
  };
}

/** An entry of a map: `/variables/<name>`, by default to be added, replaced and removed. */
export function entry(
  path: string,
  read: Reader,
  ops: readonly Op[] = ["add", "replace", "remove"],
): PatchRule {
  const place = path.slice(1).split("/").slice(0, -1);
  return {
    path,
    ops,
    edit: (draft, { op, value, names }) => {
      const holder = hold(draft, place);
      if (op === "remove") delete holder[names[0]!];
      else holder[names[0]!] = read(value);
    },
  };
}

/** A member of a list of texts, named by the pointer's last part: `/binaryMediaTypes/image~1png`. */
export function member(path: string, ops: readonly Op[] = ["add", "replace", "remove"]): PatchRule {
  const place = path.slice(1).split("/").slice(0, -1);
  return {
    path,
    ops,
    edit: (draft, { op, value, names }) => {
      const holder = hold(draft, place.slice(0, -1));
      const last = place.at(-1)!;
      const now: readonly string[] = holder[last] ?? [];
      const without = now.filter((each) => each !== names[0]);
      holder[last] = op === "remove" ? without : [...without, op === "replace" && value ? value : names[0]];
    },
  };
}

/** A list of texts whose members are added and removed by value: `/targetArns`. */
export function listed(path: string, ops: readonly Op[] = ["add", "remove"]): PatchRule {
  const property = path.slice(1);
  return {
    path,
    ops,
    edit: (draft, { op, value }) => {
      const now: readonly string[] = draft[property] ?? [];
      if (op === "replace") draft[property] = value.split(",");
      else {
        const without = now.filter((each) => each !== value);
        draft[property] = op === "remove" ? without : [...without, value];
      }
    },
  };
}

/** A whole map or object that can only be removed: `/quota`. */
export function removable(path: string): PatchRule {
  return replaceable(path, (text) => text, ["remove"]);
}

/** The object at that place in the draft, made where there is none. */
export function hold(draft: Draft, place: readonly string[]): Draft {
  let holder = draft;
  for (const name of place) {
    holder[name] ??= {};
    holder = holder[name];
  }
  return holder;
}
