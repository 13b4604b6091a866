// First-class integrations: a route that sends a message, starts an execution,
// puts an event, under the integration's role
// (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html).

import { Fault } from "../../../../core/fault.ts";
import { withCredentials } from "../../../../gateway/credentials.ts";
import { within } from "../../../../gateway/lambda.ts";
import type { IntegrationState } from "../../records/parts.ts";
import { type Answer, Refusal, unavailable } from "../answer.ts";
import type { Exchange } from "../exchange.ts";
import { routeArn } from "../exchange.ts";
import { mappedValue } from "../mapping/sources.ts";
import { withStageVariables } from "../mapping/stage-variables.ts";
import { callersContext } from "./lambda.ts";

type Values = Readonly<Record<string, string>>;

interface Action {
  readonly service: string;
  readonly operation: string;
  readonly input: (values: Values) => object;
}

/** A number or a JSON document within a text; what is neither stays a text for the operation to refuse. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const queueInput = ({ Region: _region, ...values }: Values): object => ({
  ...values,
  ...numbers(values, "DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds"),
  ...documents(
    values,
    "MessageAttributes",
    "MessageSystemAttributes",
    "AttributeNames",
    "MessageAttributeNames",
  ),
});

const actions: Readonly<Record<string, Action>> = {
  "EventBridge-PutEvents": {
    service: "events",
    operation: "PutEvents",
    input: ({ Region: _region, EndpointId, Resources, Time, ...entry }) => ({
      ...(EndpointId === undefined ? {} : { EndpointId }),
      Entries: [
        {
          ...entry,
          ...(Resources === undefined ? {} : { Resources: parsed(Resources) }),
          ...(Time === undefined
            ? {}
            : { Time: Number.isNaN(Number(Time)) ? Date.parse(Time) : Number(Time) * 1000 }),
        },
      ],
    }),
  },
  "SQS-SendMessage": { service: "sqs", operation: "SendMessage", input: queueInput },
  "SQS-ReceiveMessage": { service: "sqs", operation: "ReceiveMessage", input: queueInput },
  "SQS-DeleteMessage": { service: "sqs", operation: "DeleteMessage", input: queueInput },
  "SQS-PurgeQueue": { service: "sqs", operation: "PurgeQueue", input: queueInput },
  "Kinesis-PutRecord": {
    service: "kinesis",
    operation: "PutRecord",
    input: ({ Region: _region, Data, ...values }) => ({
      ...values,
      // Records travel in base64, and the parameter holds what travels.
      Data: Buffer.from(Data ?? "", "base64"),
    }),
  },
  "StepFunctions-StartExecution": {
    service: "stepfunctions",
    operation: "StartExecution",
    input: executionInput,
  },
  "StepFunctions-StartSyncExecution": {
    service: "stepfunctions",
    operation: "StartSyncExecution",
    input: executionInput,
  },
  "StepFunctions-StopExecution": {
    service: "stepfunctions",
    operation: "StopExecution",
    input: ({ ExecutionArn, Cause, Error: error }) => ({
      executionArn: ExecutionArn,
      ...(Cause === undefined ? {} : { cause: Cause }),
      ...(error === undefined ? {} : { error }),
    }),
  },
  "AppConfig-GetConfiguration": {
    service: "appconfig",
    operation: "GetConfiguration",
    input: ({ Region: _region, ...values }) => values,
  },
};

function executionInput({ StateMachineArn, Name, Input, TraceHeader }: Values): object {
  return {
    stateMachineArn: StateMachineArn,
    ...(Name === undefined ? {} : { name: Name }),
    ...(Input === undefined ? {} : { input: Input }),
    ...(TraceHeader === undefined ? {} : { traceHeader: TraceHeader }),
  };
}

function numbers(values: Values, ...names: readonly string[]): object {
  return converted(values, names, Number);
}

function documents(values: Values, ...names: readonly string[]): object {
  return converted(values, names, parsed);
}

function converted(values: Values, names: readonly string[], convert: (text: string) => unknown): object {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, convert(values[name])]])),
  );
}

const defaultTimeout = 30_000;

export async function callService(exchange: Exchange, integration: IntegrationState): Promise<Answer> {
  const action = actions[integration.IntegrationSubtype ?? ""];
  if (action === undefined) {
    throw new Refusal(
      501,
      `Cumulet does not implement the integration ${integration.IntegrationSubtype} yet.`,
      "INTEGRATION_FAILURE",
    );
  }
  const values: Record<string, string> = {};
  for (const [name, expression] of Object.entries(integration.RequestParameters ?? {})) {
    const value = mappedValue(expression, exchange);
    if (value !== undefined) values[name] = value;
  }
  const { ctx, served } = exchange;
  const credentials = withStageVariables(integration.CredentialsArn ?? "", served.stage.StageVariables);
  const caller = withCredentials(callersContext(exchange), credentials, routeArn(exchange)).at({
    account: ctx.account,
    region: values.Region ?? ctx.region,
  });
  const called = caller.callByName(action.service, action.operation, action.input(values)).then(
    (output): Answer => jsonAnswer(200, output),
    (error: unknown): Answer => {
      if (!(error instanceof Fault)) throw error;
      exchange.integrationError = error.message;
      return jsonAnswer(error.status ?? 400, { __type: error.code, message: error.message });
    },
  );
  const answer = await within(ctx, integration.TimeoutInMillis ?? defaultTimeout, called, undefined);
  exchange.integrationLatency = ctx.now() - exchange.startedAt;
  if (answer === undefined) throw unavailable();
  exchange.integrationStatus = answer.status;
  return answer;
}

function jsonAnswer(status: number, output: object): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(output) };
}
