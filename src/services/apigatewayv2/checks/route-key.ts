// Route keys: which are well formed. How requests find them is the data
// plane's concern.

import { badRequest } from "../model.ts";

const methods = new Set(["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

export function checkRouteKey(key: string, protocol: "HTTP" | "WEBSOCKET"): void {
  if (protocol === "WEBSOCKET") {
    if (key === "" || key.length > 128) throw badRequest("Invalid route key specified");
    return;
  }
  if (key === "$default") return;
  const [, method = "", path = ""] = /^([A-Z]+) (\/.*)$/.exec(key) ?? [];
  if (!methods.has(method) || !wellFormed(path)) {
    throw badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
}

/** Each segment is a text without braces or one variable; a greedy one stands last. */
function wellFormed(path: string): boolean {
  const segments = path.slice(1).split("/");
  const names = new Set<string>();
  return segments.every((segment, at) => {
    const variable = /^\{([\w.:-]+)(\+?)\}$/.exec(segment);
    if (variable === null) return !/[{}\s?#]/.test(segment);
    const [, name = "", greedy] = variable;
    if (names.has(name)) return false;
    names.add(name);
    return greedy === "" || at === segments.length - 1;
  });
}
