// Warm invocations of a Node function, and cold starts in Node and Python.

import { createRequire } from "node:module";
import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";

const require = createRequire(import.meta.url);

const sources = {
  "nodejs20.x": {
    file: "index.js",
    handler: "index.handler",
    code: "exports.handler = async (event) => ({ ok: true, event });",
  },
  "python3.11": {
    file: "index.py",
    handler: "index.handler",
    code: "def handler(event, context):\n    return {'ok': True}\n",
  },
};

function zip(name, text) {
  const { ZipFile } = require("yazl");
  const file = new ZipFile();
  file.addBuffer(Buffer.from(text), name);
  file.end();
  return new Promise((done) => {
    const chunks = [];
    file.outputStream.on("data", (chunk) => chunks.push(chunk)).on("end", () => done(Buffer.concat(chunks)));
  });
}

export async function lambda({ server, row, seconds }) {
  const { port } = server;
  const rest = (method, path, input) =>
    signed({
      port,
      service: "lambda",
      method,
      path,
      body: input === undefined ? "" : JSON.stringify(input),
      contentType: "application/json",
    });
  const Role = (
    await once(
      signed({
        port,
        service: "iam",
        contentType: "application/x-www-form-urlencoded; charset=utf-8",
        body: `Action=CreateRole&Version=2010-05-08&RoleName=bench&AssumeRolePolicyDocument=${encodeURIComponent(
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          }),
        )}`,
      }),
    )
  ).match(/<Arn>([^<]+)<\/Arn>/)[1];
  const create = async (name, runtime, MemorySize = 256) => {
    const { file, handler, code } = sources[runtime];
    const ZipFile = (await zip(file, code)).toString("base64");
    await once(
      rest("POST", "/2015-03-31/functions", {
        FunctionName: name,
        Runtime: runtime,
        Role,
        Handler: handler,
        MemorySize,
        Code: { ZipFile },
      }),
    );
    for (;;) {
      const { State } = await once(rest("GET", `/2015-03-31/functions/${name}/configuration`));
      if (State === "Active") return;
    }
  };
  const invoke = (name) => rest("POST", `/2015-03-31/functions/${name}/invocations`, { hello: "world" });

  const summary = (what, times) => {
    const [first] = times;
    const sorted = times.toSorted((a, b) => a - b);
    row(what, { p50: sorted[6], least: sorted[0], most: sorted[11], first });
  };

  for (const runtime of Object.keys(sources)) {
    const times = [];
    for (let at = 0; at < 12; at++) {
      const name = `cold-${runtime.replace(/\W/g, "")}-${at}`;
      await create(name, runtime);
      const began = performance.now();
      await once(invoke(name));
      times.push(performance.now() - began);
      // The pool of waiting processes fills up again, as it does between deployments.
      await new Promise((done) => setTimeout(done, 400));
    }
    summary(`Lambda cold start ${runtime}, pool ready, ms`, times);
    // Waiting processes are kept per memory size: a size that nobody had before finds none.
    const unready = [];
    for (let at = 0; at < 12; at++) {
      const name = `unready-${runtime.replace(/\W/g, "")}-${at}`;
      await create(name, runtime, 300 + at);
      const began = performance.now();
      await once(invoke(name));
      unready.push(performance.now() - began);
      await new Promise((done) => setTimeout(done, 400));
    }
    summary(`Lambda cold start ${runtime}, no pool, ms`, unready);
  }

  await create("warm", "nodejs20.x");
  const request = invoke("warm");
  await once(request);
  report(
    row,
    "Lambda warm invoke, Node, 4 connections",
    await load({ port, seconds, connections: 4, next: () => request }),
  );
}
