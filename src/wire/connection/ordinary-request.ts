// Recognises the ordinary request: one that is complete in the bytes at hand,
// with nothing after it, and valid beyond doubt. It never says that a request
// is wrong; whatever is not ordinary is for Node's parser to read or to refuse.
// https://www.rfc-editor.org/rfc/rfc9112

export interface OrdinaryRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  /** The header lines as received, each with its line end. */
  readonly lines: string;
  readonly body: Uint8Array;
}

const endOfHead = Buffer.from("\r\n\r\n", "latin1");
const version = " HTTP/1.1\r\n";
const mostLines = 100;

/** HEAD and OPTIONS have answers of their own kinds, and are rare. */
const methods: readonly string[] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/** Headers that change how a message is framed or a connection is used. */
const unusual: ReadonlySet<string> = new Set([
  "expect",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** `tchar`: what the name of a header is made of. */
const inName = table((code) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)));
/** The value of a header: anything but control characters, the tabulator excepted. */
const inValue = table((code) => code === 9 || (code >= 32 && code !== 127));
/** A target: visible ASCII; a fragment does not belong there. */
const inTarget = table((code) => code > 32 && code < 127 && code !== 35);

/** Undefined where the request is not ordinary. */
export function ordinaryRequest(bytes: Buffer, headerBytes: number): OrdinaryRequest | undefined {
  const end = bytes.indexOf(endOfHead);
  if (end < 0 || end + 4 > headerBytes) return undefined;
  // With the line end of the last header, so that all lines are alike.
  const head = bytes.toString("latin1", 0, end + 2);
  const space = head.indexOf(" ");
  const method = head.slice(0, space);
  if (!methods.includes(method) || head.charCodeAt(space + 1) !== 47) return undefined;
  let at = space + 2;
  while (inTarget[head.charCodeAt(at)] === 1) at++;
  const target = head.slice(space + 1, at);
  if (!head.startsWith(version, at)) return undefined;
  at += version.length;
  const headers = readLines(head, at);
  if (headers === undefined || headers.host === undefined || headers.host === "") return undefined;
  const connection = headers.connection;
  if (connection !== undefined && connection.toLowerCase() !== "keep-alive") return undefined;
  const length = bytes.length - end - 4;
  if (headers["content-length"] !== (length === 0 ? undefined : String(length))) {
    if (length !== 0 || headers["content-length"] !== "0") return undefined;
  }
  return { method, target, headers, lines: head.slice(at), body: bytes.subarray(end + 4) };
}

function readLines(head: string, start: number): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  const { length } = head;
  let lines = 0;
  for (let at = start; at < length; ) {
    const nameStart = at;
    while (inName[head.charCodeAt(at)] === 1) at++;
    if (at === nameStart || head.charCodeAt(at) !== 58 || ++lines > mostLines) return undefined;
    const name = lowerCase(head.slice(nameStart, at));
    at++;
    while (isBlank(head.charCodeAt(at))) at++;
    const valueStart = at;
    while (inValue[head.charCodeAt(at)] === 1) at++;
    if (head.charCodeAt(at) !== 13 || head.charCodeAt(at + 1) !== 10) return undefined;
    let valueEnd = at;
    while (valueEnd > valueStart && isBlank(head.charCodeAt(valueEnd - 1))) valueEnd--;
    // A repeated header, and one that is called as what every object inherits.
    if (headers[name] !== undefined || unusual.has(name)) return undefined;
    headers[name] = head.slice(valueStart, valueEnd);
    at += 2;
  }
  return headers;
}

/** Names and values alternating, of lines that have been recognised. */
export function rawHeadersOf(lines: string): string[] {
  return lines
    .slice(0, -2)
    .split("\r\n")
    .flatMap((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
    });
}

function lowerCase(name: string): string {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowered.size < 500) lowered.set(name, lower);
  return lower;
}

/** Clients send the same few names all the time; a cache of pure results, bounded. */
const lowered = new Map<string, string>();

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Of all byte values, those that `has` accepts; what is beyond, the end included, is not in it. */
function table(has: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (has(code) ? 1 : 0));
}
