// Time zones: between the moments of the world and what local clocks show. Local
// time is kept as if it were universal: milliseconds since 1970 on that clock.

const formats = new Map<string, Intl.DateTimeFormat>();
/** More than there are. */
const mostZones = 1000;

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What the clock of the zone shows at a moment. */
export function localTime(at: number, zone: string): number {
  if (zone === "UTC") return at;
  const field: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/** The first moment at which the clock shows that time; undefined where it leaps over it. */
export function universalTime(local: number, zone: string): number | undefined {
  if (zone === "UTC") return local;
  // The offsets of the day before and after are the only two that can hold.
  const offsets = [local - 86_400_000, local + 86_400_000].map((near) => localTime(near, zone) - near);
  return offsets
    .map((offset) => local - offset)
    .filter((at) => localTime(at, zone) === local)
    .sort((a, b) => a - b)[0];
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formats.size >= mostZones) formats.clear();
    formats.set(zone, format);
  }
  return format;
}
