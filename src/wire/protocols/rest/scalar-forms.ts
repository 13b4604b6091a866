// The places of an HTTP message, each with its default form of a timestamp.

import type { TextForm } from "../values/scalars.ts";

export const inHeader: TextForm = { timestamp: "rfc822", alwaysMillis: false };
export const inQuery: TextForm = { timestamp: "iso8601", alwaysMillis: false };
