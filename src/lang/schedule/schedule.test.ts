// When schedules fire: AWS's own examples, daylight saving, and properties that
// any schedule has.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule } from "./schedule.ts";
import { localTime, universalTime } from "./zone.ts";

const start = Date.UTC(2024, 0, 1); // a Monday

function fires(expression: string, count = 3, zone = "UTC", after = start): readonly string[] {
  const schedule = parseSchedule(expression, { zone });
  const found: string[] = [];
  let at: number | undefined = after;
  while (found.length < count) {
    at = schedule.next(at, after);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe("cron", () => {
  it.each([
    ["cron(0 10 * * ? *)", ["2024-01-01T10:00", "2024-01-02T10:00", "2024-01-03T10:00"]],
    ["cron(15 12 ? * * *)", ["2024-01-01T12:15", "2024-01-02T12:15", "2024-01-03T12:15"]],
    ["cron(0 18 ? * MON-FRI *)", ["2024-01-01T18:00", "2024-01-02T18:00", "2024-01-03T18:00"]],
    ["cron(0 8 1 * ? *)", ["2024-01-01T08:00", "2024-02-01T08:00", "2024-03-01T08:00"]],
    ["cron(0/15 * * * ? *)", ["2024-01-01T00:15", "2024-01-01T00:30", "2024-01-01T00:45"]],
    ["cron(0/30 20-2 ? * MON-FRI *)", ["2024-01-01T00:30", "2024-01-01T01:00", "2024-01-01T01:30"]],
    ["cron(0 9 ? * 2#1 *)", ["2024-01-01T09:00", "2024-02-05T09:00", "2024-03-04T09:00"]],
    ["cron(0 0 L * ? *)", ["2024-01-31T00:00", "2024-02-29T00:00", "2024-03-31T00:00"]],
    ["cron(0 0 ? * 6L *)", ["2024-01-26T00:00", "2024-02-23T00:00", "2024-03-29T00:00"]],
    ["cron(0 0 3W * ? *)", ["2024-01-03T00:00", "2024-02-02T00:00", "2024-03-04T00:00"]],
    ["cron(0 0 31 * ? 2024)", ["2024-01-31T00:00", "2024-03-31T00:00", "2024-05-31T00:00"]],
    ["cron(0 0 29 FEB ? *)", ["2024-02-29T00:00", "2028-02-29T00:00", "2032-02-29T00:00"]],
    ["cron(0 0 1 1 ? 2023)", []],
    ["cron(0 0 30 2 ? *)", []],
  ])("%s fires when AWS says", (expression, expected) => {
    expect(fires(expression)).toEqual(expected);
  });

  it.each([
    "cron(0 10 * * * *)",
    "cron(0 10 ? * ? *)",
    "cron(0 10 * * ?)",
    "cron(60 10 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 10 0 * ? *)",
    "cron(0 10 ? * 8 *)",
    "cron(0 10 ? * MON#6 *)",
    "cron(0 10 * 13 ? *)",
    "cron(0 10 * * ? 2200)",
    "cron(*/0 10 * * ? *)",
    "rate(1 minutes)",
    "rate(2 minute)",
    "rate(0 minutes)",
    "rate(5 seconds)",
    "rate(5)",
    "at(2024-02-30T00:00:00)",
    "at(2024-02-03)",
    "often",
  ])("%s is refused", (expression) => {
    expect(() => parseSchedule(expression)).toThrow();
  });
});

it("a dialect may not mind the plural", () => {
  expect(parseSchedule("rate(1 hours)", { anyPlural: true }).next(start, start)).toBe(start + 3_600_000);
  expect(parseSchedule("rate(2 day)", { anyPlural: true }).next(start, start)).toBe(start + 172_800_000);
});

describe("daylight saving", () => {
  it("skips a time that the clocks leap over", () => {
    const before = Date.UTC(2024, 2, 9, 12);
    expect(fires("cron(30 2 * * ? *)", 2, "America/New_York", before)).toEqual([
      "2024-03-11T06:30",
      "2024-03-12T06:30",
    ]);
  });

  it("fires once where the clocks go back", () => {
    const before = Date.UTC(2024, 10, 2, 12);
    expect(fires("cron(30 1 * * ? *)", 2, "America/New_York", before)).toEqual([
      "2024-11-03T05:30",
      "2024-11-04T06:30",
    ]);
  });

  it("keeps local time across the change", () => {
    expect(fires("cron(0 9 31 3,4,5 ? 2024)", 2, "Europe/Berlin")).toEqual([
      "2024-03-31T07:00",
      "2024-05-31T07:00",
    ]);
    expect(fires("at(2024-07-01T12:00:00)", 2, "Asia/Kolkata")).toEqual(["2024-07-01T06:30"]);
  });
});

const zones = fc.constantFrom(
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
);
const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
const minuteField = fc.oneof(
  fc.constant("*"),
  fc.integer({ min: 0, max: 59 }).map(String),
  fc.integer({ min: 1, max: 30 }).map((step) => `0/${step}`),
);
const hourField = fc.oneof(fc.constant("*"), fc.integer({ min: 0, max: 23 }).map(String));
const weekdayField = fc.oneof(fc.constant("*"), fc.integer({ min: 1, max: 7 }).map(String));
const cron = fc.tuple(minuteField, hourField, weekdayField).map(([minute, hour, weekday]) => ({
  minute,
  hour,
  weekday,
  text: `cron(${minute} ${hour} ? * ${weekday} *)`,
}));

describe("properties", () => {
  it("a fire time is later, has its fields on the zone's clock, and none was passed over", () => {
    fc.assert(
      fc.property(cron, zones, moment, (fields, zone, after) => {
        const at = parseSchedule(fields.text, { zone }).next(after, 0)!;
        expect(at).toBeGreaterThan(after);
        const fits = (when: number): boolean => {
          const local = new Date(localTime(when, zone));
          const step = /\/(\d+)/.exec(fields.minute)?.[1];
          const minute =
            fields.minute === "*" ||
            (step === undefined
              ? Number(fields.minute) === local.getUTCMinutes()
              : local.getUTCMinutes() % Number(step) === 0);
          return (
            minute &&
            (fields.hour === "*" || Number(fields.hour) === local.getUTCHours()) &&
            (fields.weekday === "*" || Number(fields.weekday) === local.getUTCDay() + 1)
          );
        };
        expect(fits(at)).toBe(true);
        const first = Math.floor(after / 60_000) * 60_000 + 60_000;
        for (let when = first; when < Math.min(at, first + 300 * 60_000); when += 60_000) {
          // The second showing of an hour does not count.
          if (fits(when)) expect(universalTime(localTime(when, zone), zone)).not.toBe(when);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("a rate fires at whole intervals from where it began", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), moment, fc.nat(10_000_000), (minutes, from, later) => {
        const at = parseSchedule(`rate(${minutes} minutes)`).next(from + later, from)!;
        expect(at).toBeGreaterThan(from + later);
        expect((at - from) % (minutes * 60_000)).toBe(0);
        expect(at - (from + later)).toBeLessThanOrEqual(minutes * 60_000);
      }),
    );
  });
});
