// The format of an access log: a text with `$context` variables, compiled once.

/** A value of the context by its path: `requestId`, `identity.sourceIp`, `authorizer.claims.sub`. */
export type ContextVariable = (path: string) => unknown;

const variable = /\$context\.([a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*)/g;

/** Variables that have no value are logged as `-`. */
export function compileLogFormat(format: string): (context: ContextVariable) => string {
  const pieces: string[] = [];
  const paths: string[] = [];
  let end = 0;
  for (const match of format.matchAll(variable)) {
    pieces.push(format.slice(end, match.index));
    paths.push(match[1]!);
    end = match.index + match[0].length;
  }
  const last = format.slice(end);
  return (context) => {
    let line = "";
    for (const [at, path] of paths.entries()) line += pieces[at]! + printed(context(path));
    // A line is one line, whatever a client sent.
    return `${line}${last}`.replace(/[\r\n]+/g, " ").trimEnd();
  };
}

function printed(value: unknown): string {
  if (value === undefined || value === null || value === "") return "-";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `12/Mar/2020:19:03:58 +0000`, as `$context.requestTime` and events print it. */
export function commonLogTime(milliseconds: number): string {
  const at = new Date(milliseconds);
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
