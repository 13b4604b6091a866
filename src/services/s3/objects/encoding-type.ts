// `encoding-type=url`: names in lists as S3 encodes them, for keys that XML
// cannot carry. SDKs ask for it and decode on their own.

import type { EncodingType } from "../../../model/generated/s3.d.ts";

export function encoder(type: EncodingType | undefined): (text: string) => string {
  return type === "url" ? encode : (text) => text;
}

/** Slashes stay, a space becomes a plus. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
