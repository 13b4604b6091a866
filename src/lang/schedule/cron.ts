// The six fields of AWS's cron: minutes, hours, day of month, month, day of
// week, year. One of the two days is `?`; weeks begin on Sunday, which is 1.

import { type DayRule, dayOfMonth, dayOfWeek } from "./cron-days.ts";
import { fieldValues } from "./cron-field.ts";
import { ScheduleError } from "./schedule-error.ts";

export interface Cron {
  /** The first moment after, on a clock that knows no time zones; undefined where there is none before 2200. */
  readonly next: (after: number) => number | undefined;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const firstYear = 1970;
const lastYear = 2199;

export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) throw new ScheduleError("a cron has six fields");
  const [minuteField, hourField, dayField, monthField, weekdayField, yearField] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((dayField === "?") === (weekdayField === "?")) {
    throw new ScheduleError("exactly one of the two days is ?");
  }
  const minutes = fieldValues(minuteField, { first: 0, last: 59 });
  const hours = fieldValues(hourField, { first: 0, last: 23 });
  const monthNumbers = fieldValues(monthField, { first: 1, last: 12, names: months });
  const years = fieldValues(yearField, { first: firstYear, last: lastYear });
  const days: DayRule = dayField === "?" ? dayOfWeek(weekdayField) : dayOfMonth(dayField);
  return { next: (after) => next({ minutes, hours, months: monthNumbers, years, days }, after) };
}

interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly days: DayRule;
}

function next({ minutes, hours, months, years, days }: Fields, after: number): number | undefined {
  const start = new Date(after);
  const startYear = start.getUTCFullYear();
  for (const year of years) {
    if (year < startYear) continue;
    for (const month of months) {
      if (year === startYear && month < start.getUTCMonth() + 1) continue;
      for (const day of days(year, month)) {
        const midnight = Date.UTC(year, month - 1, day);
        if (midnight + 86_400_000 <= after) continue;
        for (const hour of hours) {
          if (midnight + (hour + 1) * 3_600_000 <= after) continue;
          for (const minute of minutes) {
            const at = midnight + hour * 3_600_000 + minute * 60_000;
            if (at > after) return at;
          }
        }
      }
    }
  }
  return undefined;
}
