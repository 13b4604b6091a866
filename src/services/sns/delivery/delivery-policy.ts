// Delivery policies: when a failed delivery is tried again. Four phases, each
// with its own delay; users set them for HTTP, AWS fixes them for the rest.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html

import { invalidParameter, isObject, parseObject } from "../faults.ts";

export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: string;
}

export interface HttpDelivery {
  readonly retry: RetryPolicy;
  readonly contentType: string;
}

type Fields = Readonly<Record<string, unknown>>;

const defaultRetryPolicy: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: "linear",
};

/** SQS, Lambda, Firehose: 100,015 tries over 23 days. */
export const managedRetryPolicy: RetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 100_015,
  numMaxDelayRetries: 100_000,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  backoffFunction: "exponential",
};

const defaultContentType = "text/plain; charset=UTF-8";
const longestDelaySeconds = 3600;
const mostRetries = 100;
const backoffFunctions = ["arithmetic", "exponential", "geometric", "linear"];
const contentTypes =
  /^(text\/(css|csv|html|plain|xml)|application\/(atom\+xml|json|octet-stream|soap\+xml|x-www-form-urlencoded|xhtml\+xml|xml))(; ?charset=UTF-8)?$/i;

/** Seconds before the n-th retry (from 1); undefined where there is none any more. */
export function retryDelay(policy: RetryPolicy, retry: number): number | undefined {
  if (retry > policy.numRetries) return undefined;
  let at = retry - policy.numNoDelayRetries;
  if (at <= 0) return 0;
  at -= policy.numMinDelayRetries;
  if (at <= 0) return policy.minDelayTarget;
  const { minDelayTarget: least, maxDelayTarget: most } = policy;
  const steps =
    policy.numRetries - policy.numNoDelayRetries - policy.numMinDelayRetries - policy.numMaxDelayRetries;
  if (at > steps) return most;
  if (steps <= 1) return least;
  const part = (at - 1) / (steps - 1);
  switch (policy.backoffFunction) {
    case "linear":
      return least + (most - least) * part;
    case "arithmetic":
      // Steps that grow by the same amount each time.
      return least + (most - least) * ((at * (at - 1)) / (steps * (steps - 1)));
    default:
      return least <= 0 ? most * part ** 3 : least * (most / least) ** part;
  }
}

/** A topic's `DeliveryPolicy`, checked. */
export function checkTopicDeliveryPolicy(text: string): void {
  if (text === "") return;
  const policy = parsed(text);
  for (const name of Object.keys(policy)) {
    if (name !== "http" && name !== "sqs") throw wrong(`unrecognized field ${name}`);
  }
  if (policy.http === undefined) return;
  const http = objectOf(policy.http, "http");
  if (http.defaultHealthyRetryPolicy !== undefined) checkRetryPolicy(http.defaultHealthyRetryPolicy);
  if (http.defaultThrottlePolicy !== undefined) checkThrottlePolicy(http.defaultThrottlePolicy);
  if (http.defaultRequestPolicy !== undefined) checkRequestPolicy(http.defaultRequestPolicy);
  if (
    http.disableSubscriptionOverrides !== undefined &&
    typeof http.disableSubscriptionOverrides !== "boolean"
  ) {
    throw wrong("http.disableSubscriptionOverrides must be a boolean");
  }
}

/** A subscription's. */
export function checkSubscriptionDeliveryPolicy(text: string): void {
  if (text === "") return;
  const policy = parsed(text);
  if (policy.healthyRetryPolicy !== undefined) checkRetryPolicy(policy.healthyRetryPolicy);
  if (policy.throttlePolicy !== undefined) checkThrottlePolicy(policy.throttlePolicy);
  if (policy.requestPolicy !== undefined) checkRequestPolicy(policy.requestPolicy);
}

/** What counts for a subscription over HTTP. */
export function httpDelivery(topicPolicy: string | undefined, ownPolicy: string | undefined): HttpDelivery {
  const http = (parseObject(topicPolicy ?? "")?.http ?? {}) as Fields;
  const own = http.disableSubscriptionOverrides === true ? {} : (parseObject(ownPolicy ?? "") ?? {});
  const request = {
    ...(http.defaultRequestPolicy as Fields | undefined),
    ...(own.requestPolicy as Fields | undefined),
  };
  return {
    retry: {
      ...defaultRetryPolicy,
      ...(http.defaultHealthyRetryPolicy as Partial<RetryPolicy> | undefined),
      ...(own.healthyRetryPolicy as Partial<RetryPolicy> | undefined),
    },
    contentType: String(request.headerContentType ?? defaultContentType),
  };
}

/** `EffectiveDeliveryPolicy` as GetTopicAttributes shows it. */
export function effectiveTopicPolicy(text: string | undefined): string {
  const http = (parseObject(text ?? "")?.http ?? {}) as Fields;
  const { retry, contentType } = httpDelivery(text, undefined);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: retry,
      disableSubscriptionOverrides: http.disableSubscriptionOverrides === true,
      ...(http.defaultThrottlePolicy !== undefined && { defaultThrottlePolicy: http.defaultThrottlePolicy }),
      defaultRequestPolicy: { headerContentType: contentType },
    },
  });
}

/** And as GetSubscriptionAttributes shows it. */
export function effectiveSubscriptionPolicy(
  topicPolicy: string | undefined,
  ownPolicy: string | undefined,
): string {
  const { retry, contentType } = httpDelivery(topicPolicy, ownPolicy);
  const throttle = parseObject(ownPolicy ?? "")?.throttlePolicy;
  return JSON.stringify({
    healthyRetryPolicy: retry,
    sicklyRetryPolicy: null,
    throttlePolicy: throttle ?? null,
    requestPolicy: { headerContentType: contentType },
    guaranteed: false,
  });
}

function checkRetryPolicy(value: unknown): void {
  const given = objectOf(value, "retry policy");
  for (const [name, number] of Object.entries(given)) {
    if (name === "backoffFunction") {
      if (!backoffFunctions.includes(String(number)))
        throw wrong(`backoffFunction ${String(number)} is invalid`);
    } else if (!(name in defaultRetryPolicy)) throw wrong(`unrecognized field ${name}`);
    else if (!Number.isInteger(number) || (number as number) < 0) {
      throw wrong(`${name} must be greater than or equal to 0`);
    }
  }
  const policy = { ...defaultRetryPolicy, ...(given as Partial<RetryPolicy>) };
  if (policy.minDelayTarget < 1) throw wrong("minDelayTarget must be at least 1");
  if (policy.maxDelayTarget > longestDelaySeconds) {
    throw wrong(`maxDelayTarget must be less than or equal to ${longestDelaySeconds}`);
  }
  if (policy.minDelayTarget > policy.maxDelayTarget) {
    throw wrong("maxDelayTarget must be greater than or equal to minDelayTarget");
  }
  if (policy.numRetries > mostRetries) throw wrong(`numRetries must be less than or equal to ${mostRetries}`);
  if (policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries > policy.numRetries) {
    throw wrong("numRetries must be greater than or equal to the sum of the other retries");
  }
}

function checkThrottlePolicy(value: unknown): void {
  const most = objectOf(value, "throttle policy").maxReceivesPerSecond;
  if (!Number.isInteger(most) || (most as number) < 1) throw wrong("maxReceivesPerSecond must be at least 1");
}

function checkRequestPolicy(value: unknown): void {
  const type = objectOf(value, "request policy").headerContentType;
  if (type !== undefined && (typeof type !== "string" || !contentTypes.test(type))) {
    throw wrong("headerContentType is not a supported content type");
  }
}

function parsed(text: string): Fields {
  const policy = parseObject(text);
  if (policy === undefined) throw wrong("failed to parse JSON.");
  return policy;
}

function objectOf(value: unknown, what: string): Fields {
  if (!isObject(value)) throw wrong(`${what} must be an object`);
  return value;
}

function wrong(reason: string) {
  return invalidParameter(`DeliveryPolicy: ${reason}`);
}
