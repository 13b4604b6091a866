// Many patterns compiled into one index: an event is walked once, the values
// met on the way name the patterns that could match, and only those are tested.
// So thousands of rules cost about as much as the few that concern an event.

import { type Anchor, type Anchors, anchorsOf, exactKey } from "./anchor.ts";
import { compileEventPattern, type EventTest, isAlternatives } from "./compile.ts";
import { isObject } from "./matcher.ts";

export interface IndexedPattern<T> {
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly value: T;
}

export interface RuleIndex<T> {
  /** The values of the patterns that match, in the order they were given. */
  match(event: unknown): readonly T[];
}

interface Rule<T> {
  readonly order: number;
  readonly test: EventTest;
  readonly value: T;
}

/** A place in events. Its tables hold the rules that a value there makes candidates. */
interface Place {
  readonly inner: Map<string, Place>;
  readonly exact: Map<string, number[]>;
  readonly folded: Map<string, number[]>;
  /** By the length of the affix. */
  readonly prefix: Map<number, Map<string, number[]>>;
  readonly suffix: Map<number, Map<string, number[]>>;
  readonly present: number[];
  /** Whether anything is asked of the value itself. */
  asked: boolean;
}

export function compileRuleIndex<T>(patterns: readonly IndexedPattern<T>[]): RuleIndex<T> {
  const rules = patterns.map(
    ({ pattern, value }, order): Rule<T> => ({ order, test: compileEventPattern(pattern), value }),
  );
  const choices = patterns.map(({ pattern }) => anchorsOf(pattern, isAlternatives));
  const frequency = countAnchors(choices);
  const root = newPlace();
  const always: number[] = [];
  for (const [order, options] of choices.entries()) {
    const best = rarest(options, frequency);
    if (best === undefined) always.push(order);
    else for (const anchor of best) plant(root, anchor, order);
  }
  return {
    match: (event) => {
      const candidates = new Set(always);
      collect(root, event, candidates);
      const found: Rule<T>[] = [];
      for (const order of candidates) {
        const rule = rules[order]!;
        if (rule.test(event)) found.push(rule);
      }
      if (found.length > 1) found.sort((a, b) => a.order - b.order);
      return found.map(({ value }) => value);
    },
  };
}

const nameOf = ({ path, kind, value }: Anchor): string => `${kind}\n${path.join("\n")}\n\n${value}`;

/** How many patterns each anchor would make candidates: what few ask for sorts best. */
function countAnchors(choices: readonly (readonly Anchors[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const anchor of choices.flat(2)) {
    const name = nameOf(anchor);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function rarest(options: readonly Anchors[], frequency: ReadonlyMap<string, number>): Anchors | undefined {
  // Presence says little even where only one pattern asks for it.
  const cost = (anchors: Anchors): number =>
    anchors.reduce(
      (sum, anchor) => sum + (frequency.get(nameOf(anchor)) ?? 0) + (anchor.kind === "present" ? 1000 : 0),
      0,
    );
  let best: Anchors | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const anchors of options) {
    const here = cost(anchors);
    if (here < least) [best, least] = [anchors, here];
  }
  return best;
}

function newPlace(): Place {
  return {
    inner: new Map(),
    exact: new Map(),
    folded: new Map(),
    prefix: new Map(),
    suffix: new Map(),
    present: [],
    asked: false,
  };
}

function plant(root: Place, { path, kind, value }: Anchor, order: number): void {
  let place = root;
  for (const name of path) {
    let next = place.inner.get(name);
    if (next === undefined) {
      next = newPlace();
      place.inner.set(name, next);
    }
    place = next;
  }
  place.asked = true;
  if (kind === "present") place.present.push(order);
  else if (kind === "exact") append(place.exact, value, order);
  else if (kind === "folded") append(place.folded, value, order);
  else {
    let table = place[kind].get(value.length);
    if (table === undefined) {
      table = new Map();
      place[kind].set(value.length, table);
    }
    append(table, value, order);
  }
}

function append(table: Map<string, number[]>, key: string, order: number): void {
  const list = table.get(key);
  if (list === undefined) table.set(key, [order]);
  else list.push(order);
}

function collect(place: Place, value: unknown, candidates: Set<number>): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(place, each, candidates);
  } else if (isObject(value)) {
    for (const [name, inner] of place.inner) {
      if (Object.hasOwn(value, name)) collect(inner, value[name], candidates);
    }
  } else if (place.asked) hit(place, value, candidates);
}

function hit(place: Place, value: unknown, candidates: Set<number>): void {
  add(place.present, candidates);
  if (place.exact.size > 0) add(place.exact.get(exactKey(value)), candidates);
  if (typeof value !== "string") return;
  if (place.folded.size > 0) add(place.folded.get(value.toLowerCase()), candidates);
  for (const [length, table] of place.prefix) {
    if (length <= value.length) add(table.get(value.slice(0, length)), candidates);
  }
  for (const [length, table] of place.suffix) {
    if (length <= value.length) add(table.get(value.slice(value.length - length)), candidates);
  }
}

function add(orders: readonly number[] | undefined, candidates: Set<number>): void {
  if (orders !== undefined) for (const order of orders) candidates.add(order);
}
