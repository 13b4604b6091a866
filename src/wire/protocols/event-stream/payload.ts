// How the structures of an event stream's payloads are written: as the
// protocol around the stream writes its bodies.

import type { StructureShape } from "../../../model/shapes.ts";
import { decodeXml } from "../../xml/decode.ts";
import { encodeXml } from "../../xml/encode.ts";
import { restXml } from "../../xml/form.ts";
import { decodeCbor, encodeCbor } from "../cbor/document.ts";
import { jsonDecoder } from "../values/decode.ts";
import { jsonEncoder } from "../values/encode.ts";
import { parseJson, printJson } from "../values/json-text.ts";

export interface PayloadForm {
  readonly contentType: string;
  encode(shape: StructureShape, value: object): Uint8Array;
  decode(shape: StructureShape, payload: Uint8Array): object;
}

export const jsonPayload: PayloadForm = {
  contentType: "application/json",
  encode(shape, value) {
    const text = printJson(value, jsonEncoder(shape));
    return typeof text === "string" ? Buffer.from(text) : text;
  },
  decode: (shape, payload) => jsonDecoder(shape)(parseJson(payload), 0) as object,
};

export const cborPayload: PayloadForm = {
  contentType: "application/cbor",
  encode: encodeCbor,
  decode: decodeCbor,
};

export const xmlPayload: PayloadForm = {
  contentType: "text/xml",
  encode: (shape, value) => Buffer.from(encodeXml(restXml, shape, shape.xmlName ?? shape.name, value)),
  decode: (shape, payload) => decodeXml(shape, payload),
};
