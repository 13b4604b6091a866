// The pages that a website endpoint makes itself: errors, in S3's plain HTML.

import type { Fault } from "../../../core/fault.ts";
import type { HttpResponse } from "../../../core/http.ts";

export interface PageError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** `Key`, `BucketName`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function pageError(fault: Fault): PageError {
  return { status: fault.status ?? 500, code: fault.code, message: fault.message, fields: fault.fields };
}

const reasons: Readonly<Record<number, string>> = {
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  412: "Precondition Failed",
  416: "Requested Range Not Satisfiable",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** `second`: what was wrong with the website's own error document. */
export function errorPage(
  error: PageError,
  ids: Readonly<Record<"RequestId" | "HostId", string>>,
  second?: PageError,
): HttpResponse {
  const title = `${error.status} ${reasons[error.status] ?? ""}`.trim();
  const document =
    second === undefined
      ? ""
      : `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n${list({ Code: second.code, Message: second.message, ...shown(second.fields) })}`;
  const body = `<html>
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
${list({ Code: error.code, Message: error.message, ...shown(error.fields), ...ids })}${document}<hr/>
</body>
</html>
`;
  return {
    status: error.status,
    headers: { ...errorHeaders(error), "content-type": "text/html; charset=utf-8" },
    body,
  };
}

export function errorHeaders({ code, message, fields }: PageError): Record<string, string> {
  const headers: Record<string, string> = { "x-amz-error-code": code, "x-amz-error-message": message };
  if (typeof fields.Key === "string") headers["x-amz-error-detail-Key"] = encodeURIComponent(fields.Key);
  return headers;
}

/** In small letters are headers, which no page shows. */
function shown(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => /^[A-Z]/.test(name)));
}

function list(items: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(items).map(([name, value]) => `<li>${name}: ${escaped(String(value))}</li>\n`);
  return `<ul>\n${lines.join("")}</ul>\n`;
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]!,
  );
}
