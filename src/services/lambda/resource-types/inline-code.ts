// Code that stands in a template (`ZipFile`): packed as Lambda packs it, with
// the module that custom resources answer by.

import type { ZipFile as Zip } from "yazl";

/** For Node: `require("cfn-response").send(event, context, SUCCESS, data, physicalId, noEcho)`. */
const nodeResponse = `"use strict";
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";
exports.send = function (event, context, status, data, physicalId, noEcho) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({
      Status: status,
      Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
      PhysicalResourceId: physicalId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: data,
    });
    const url = new URL(event.ResponseURL);
    const request = require(url.protocol === "http:" ? "http" : "https").request(
      url,
      { method: "PUT", headers: { "content-type": "", "content-length": Buffer.byteLength(body) } },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(context.done()));
      },
    );
    request.on("error", (error) => reject(context.done(error)));
    request.end(body);
  });
};
`;

const pythonResponse = `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or "See the details in CloudWatch Log Stream: {}".format(context.log_stream_name),
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }).encode("utf-8")
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    request.add_header("content-type", "")
    with urllib.request.urlopen(request) as answer:
        answer.read()
`;

/** Always the same bytes for the same text: what has not changed is not updated. */
const timestamp = { mtime: new Date(315_532_800_000), mode: 0o100644 };

export async function packed(text: string, runtime: string): Promise<Uint8Array> {
  const { ZipFile } = (await import("yazl")) as { ZipFile: new () => Zip };
  const zip = new ZipFile();
  const add = (name: string, content: string): void => zip.addBuffer(Buffer.from(content), name, timestamp);
  if (runtime.startsWith("python")) {
    add("index.py", text);
    add("cfnresponse.py", pythonResponse);
  } else {
    add("index.js", text);
    add("node_modules/cfn-response.js", nodeResponse);
  }
  zip.end();
  const parts: Uint8Array[] = [];
  for await (const part of zip.outputStream) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
