// The days that a cron means in a month: by date, with `L` for the last and `W`
// for the nearest weekday, or by day of the week, with `L` and `#`.

import { fieldValue, fieldValues } from "./cron-field.ts";
import { ScheduleError } from "./schedule-error.ts";

/** The days of a month (1 to 12) in order. */
export type DayRule = (year: number, month: number) => readonly number[];

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const week = { first: 1, last: 7, names: weekdays };

const lengthOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** Sunday is 1. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

export function dayOfMonth(text: string): DayRule {
  if (text === "L") return (year, month) => [lengthOf(year, month)];
  if (text === "LW") return (year, month) => [nearestWeekday(year, month, lengthOf(year, month))];
  const [, fromEnd] = /^L-(\d{1,2})$/.exec(text) ?? [];
  if (fromEnd !== undefined) {
    return (year, month) => [lengthOf(year, month) - Number(fromEnd)].filter((day) => day >= 1);
  }
  const [, near] = /^(\d{1,2})W$/.exec(text) ?? [];
  if (near !== undefined) {
    const wanted = fieldValue(near, { first: 1, last: 31 });
    return (year, month) => (wanted > lengthOf(year, month) ? [] : [nearestWeekday(year, month, wanted)]);
  }
  const days = fieldValues(text, { first: 1, last: 31 });
  return (year, month) => days.filter((day) => day <= lengthOf(year, month));
}

export function dayOfWeek(text: string): DayRule {
  const [, nthName, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (nthName !== undefined) {
    const weekday = fieldValue(nthName, week);
    return (year, month) => daysOn([weekday], year, month).slice(Number(nth) - 1, Number(nth));
  }
  const [, lastName] = /^(\w+)L$/.exec(text) ?? [];
  if (lastName !== undefined) {
    const weekday = fieldValue(lastName, week);
    return (year, month) => daysOn([weekday], year, month).slice(-1);
  }
  if (text === "L") return (year, month) => daysOn([7], year, month);
  if (text.includes("W") && !/WED/i.test(text)) throw new ScheduleError(`not a day of the week: ${text}`);
  const wanted = fieldValues(text, week);
  return (year, month) => daysOn(wanted, year, month);
}

function daysOn(wanted: readonly number[], year: number, month: number): readonly number[] {
  const first = weekdayOf(year, month, 1);
  return Array.from({ length: lengthOf(year, month) }, (_, at) => at + 1).filter((day) =>
    wanted.includes(((first + day - 2) % 7) + 1),
  );
}

/** Within the month: from a Saturday the day before, from a Sunday the day after, unless that is another month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lengthOf(year, month) ? day - 2 : day + 1;
  return day;
}
