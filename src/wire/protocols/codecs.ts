// All protocol codecs by name: what the router hands out.

import { cbor11 } from "./aws-cbor.ts";
import { ec2 } from "./ec2.ts";
import { json10, json11 } from "./json.ts";
import type { ProtocolCodec, ProtocolName } from "./protocol.ts";
import { query } from "./query.ts";
import { restJson } from "./rest-json.ts";
import { restXml } from "./rest-xml.ts";
import { rpcCbor } from "./rpc-cbor.ts";

export const codecs: Readonly<Record<ProtocolName, ProtocolCodec>> = {
  "json-1.0": json10,
  "json-1.1": json11,
  "cbor-1.1": cbor11,
  "rest-json": restJson,
  "rest-xml": restXml,
  query,
  ec2,
  "rpc-v2-cbor": rpcCbor,
};
