// One field of a cron expression: lists, ranges, steps and names, as the sorted
// values they stand for.

import { ScheduleError } from "./schedule-error.ts";

export interface FieldRange {
  readonly first: number;
  readonly last: number;
  /** The names of the values, from `first` on. */
  readonly names?: readonly string[];
}

export function fieldValues(text: string, range: FieldRange): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) for (const value of partValues(part, range)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

function partValues(part: string, range: FieldRange): readonly number[] {
  const [base = "", stepText, ...more] = part.split("/");
  const step = stepText === undefined ? 1 : /^\d{1,4}$/.test(stepText) ? Number(stepText) : 0;
  if (more.length > 0 || step < 1) throw new ScheduleError(`not a step: ${part}`);
  const [from, to] = bounds(base, range, stepText !== undefined);
  // FRI-MON goes over the end of the week.
  const wrapped = from > to ? [...span(from, range.last), ...span(range.first, to)] : span(from, to);
  return wrapped.filter((_value, at) => at % step === 0);
}

/** `3/5` counts from 3 to the end. */
function bounds(base: string, range: FieldRange, stepped: boolean): readonly [number, number] {
  if (base === "*") return [range.first, range.last];
  const [low = "", high, ...more] = base.split("-");
  if (more.length > 0) throw new ScheduleError(`not a range: ${base}`);
  const from = fieldValue(low, range);
  return [from, high === undefined ? (stepped ? range.last : from) : fieldValue(high, range)];
}

export function fieldValue(text: string, { first, last, names = [] }: FieldRange): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? first + named : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= first && value <= last)) throw new ScheduleError(`not a value: ${text}`);
  return value;
}

const span = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);
