// A Lambda service of one function, which the test writes.

import { Fault } from "../../../../core/fault.ts";
import { defineService, type ServiceDefinition } from "../../../../core/service.ts";
import type { Waiting } from "../../../../core/waiting.ts";
import type { Lambda } from "../../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../../model/handle.ts";

export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";
export const functionUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

// biome-ignore lint/suspicious/noExplicitAny: tests read events freely.
export type FakeFunction = (event: any, ctx: Waiting) => unknown;

/** What the function throws is its error, as the runtime reports it. */
export function fakeLambda(run: FakeFunction): ServiceDefinition {
  return defineService<Lambda>({
    model: modelOf<Lambda>("lambda"),
    resources: [],
    operations: {
      Invoke: {
        waits: async ({ FunctionName, Payload, InvocationType }, ctx) => {
          if (FunctionName !== functionArn) {
            throw new Fault("lambda", "ResourceNotFoundException", `Function not found: ${FunctionName}`);
          }
          const event = JSON.parse(Buffer.from((Payload ?? "null") as Uint8Array).toString());
          try {
            const answer = await run(event, ctx);
            if (InvocationType === "Event") return { StatusCode: 202 };
            return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer ?? null)) };
          } catch (error) {
            if (!(error instanceof Error)) throw error;
            const failure = { errorMessage: error.message, errorType: "Error" };
            return {
              StatusCode: 200,
              FunctionError: "Unhandled",
              Payload: Buffer.from(JSON.stringify(failure)),
            };
          }
        },
      },
      InvokeWithResponseStream: {
        waits: async ({ Payload }, ctx) => {
          const chunks = (await run(
            JSON.parse(Buffer.from(Payload as Uint8Array).toString()),
            ctx,
          )) as string[];
          return {
            StatusCode: 200,
            EventStream: (async function* () {
              for (const chunk of chunks) yield { PayloadChunk: { Payload: Buffer.from(chunk) } };
              yield { InvokeComplete: {} };
            })(),
          };
        },
      },
    },
  });
}
