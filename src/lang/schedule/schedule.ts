// Schedule expressions, as EventBridge's rules and schedules write them:
// `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)` and `at(2026-01-01T09:00:00)`.

import { parseCron } from "./cron.ts";
import { ScheduleError } from "./schedule-error.ts";
import { isZone, localTime, universalTime } from "./zone.ts";

export interface Schedule {
  readonly kind: "rate" | "cron" | "at";
  /**
   * The first moment after `after`; undefined where there is none any more.
   * `from` is where a rate begins to count. All in epoch milliseconds.
   */
  readonly next: (after: number, from: number) => number | undefined;
}

const units: Readonly<Record<string, number>> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

export interface ScheduleDialect {
  /** An IANA name; default UTC. */
  readonly zone?: string;
  /** `rate(1 hours)` is as good as `rate(1 hour)`. */
  readonly anyPlural?: boolean;
}

/** Throws `ScheduleError`. */
export function parseSchedule(
  text: string,
  { zone = "UTC", anyPlural = false }: ScheduleDialect = {},
): Schedule {
  if (!isZone(zone)) throw new ScheduleError(`${zone} is no time zone`);
  const [, kind, body = ""] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === "rate") return rate(body, anyPlural);
  if (kind === "at") return once(body, zone);
  if (kind === "cron") return recurring(body, zone);
  throw new ScheduleError("neither rate(), cron() nor at()");
}

/** Where it matters, one takes the singular, all others the plural. */
function rate(body: string, anyPlural: boolean): Schedule {
  const [, digits = "", unit = ""] = /^\s*(\d{1,9})\s+([a-z]+)\s*$/.exec(body) ?? [];
  const count = Number(digits);
  const length = units[unit];
  const misspelt = !anyPlural && (count === 1) === unit.endsWith("s");
  if (length === undefined || count < 1 || misspelt) {
    throw new ScheduleError(`not a rate: ${body}`);
  }
  const interval = count * length;
  return {
    kind: "rate",
    next: (after, from) =>
      after < from ? from : from + (Math.floor((after - from) / interval) + 1) * interval,
  };
}

function once(body: string, zone: string): Schedule {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/.exec(body);
  if (match === null) throw new ScheduleError(`not a time: ${body}`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const written = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(written).toISOString().slice(0, 19) !== body) throw new ScheduleError(`not a time: ${body}`);
  // A time that the clocks leap over is taken as if they had not.
  const at = universalTime(written, zone) ?? written - (localTime(written, zone) - written);
  return { kind: "at", next: (after) => (after < at ? at : undefined) };
}

function recurring(body: string, zone: string): Schedule {
  const cron = parseCron(body);
  return {
    kind: "cron",
    next: (after) => {
      // Local time may stand still or go back: begin a little earlier, and take the first that really is later.
      let local: number | undefined = zone === "UTC" ? after : localTime(after, zone) - 7_200_000;
      for (;;) {
        local = cron.next(local);
        if (local === undefined) return undefined;
        // Undefined: the clocks leap over it, and that day goes without. Where they go back, the first of the two counts.
        const at = universalTime(local, zone);
        if (at !== undefined && at > after) return at;
      }
    },
  };
}
