// Lists in one header: separated by commas, items with a comma or a quote of
// their own in quotes. HTTP dates hold a comma and stand unquoted.

/** The items of a header, trimmed and unquoted. */
export function splitHeaderList(text: string): string[] {
  const items: string[] = [];
  for (let at = 0; at <= text.length; ) {
    while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
    if (text.charAt(at) === '"') {
      let item = "";
      for (at++; at < text.length && text.charAt(at) !== '"'; at++) {
        if (text.charAt(at) === "\\") at++;
        item += text.charAt(at);
      }
      items.push(item);
      const comma = text.indexOf(",", at);
      at = comma < 0 ? text.length + 1 : comma + 1;
    } else {
      const comma = text.indexOf(",", at);
      const end = comma < 0 ? text.length : comma;
      items.push(text.slice(at, end).trim());
      at = end + 1;
    }
  }
  return items.length === 1 && items[0] === "" ? [] : items;
}

/** The items of a header of HTTP dates: every second comma parts two of them. */
export function splitHeaderDates(text: string): string[] {
  return splitHeaderList(text).reduce<string[]>((dates, part) => {
    if (/^[A-Za-z]{3,9}$/.test(dates.at(-1) ?? "")) dates[dates.length - 1] += `, ${part}`;
    else dates.push(part);
    return dates;
  }, []);
}

export function joinHeaderList(items: readonly string[], quotes: boolean): string {
  if (!quotes) return items.join(", ");
  return items.map((item) => (/[",]/.test(item) ? `"${item.replace(/(["\\])/g, "\\$1")}"` : item)).join(", ");
}
