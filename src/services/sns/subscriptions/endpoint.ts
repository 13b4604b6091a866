// What a subscription's endpoint must look like, protocol by protocol.

import { invalidParameter } from "../faults.ts";
import type { TopicState } from "../topics/topic.ts";

const protocols = [
  "http",
  "https",
  "email",
  "email-json",
  "sms",
  "sqs",
  "application",
  "lambda",
  "firehose",
] as const;

export type Protocol = (typeof protocols)[number];

/** Those whose owner must say yes, since nothing else proves that the endpoint is theirs. */
const confirmedByMessage = new Set<string>(["http", "https", "email", "email-json"]);

const largestEndpoint = 2048;

export function checkEndpoint(topic: TopicState, protocol: string, endpoint: string | undefined): string {
  if (!protocols.some((each) => each === protocol)) {
    throw invalidParameter("Amazon SNS does not support this protocol string: " + protocol);
  }
  if (topic.fifo && protocol !== "sqs") {
    throw invalidParameter(`Invalid protocol type: ${protocol}`);
  }
  if (endpoint === undefined || endpoint === "" || endpoint.length > largestEndpoint) {
    throw invalidParameter("Endpoint");
  }
  switch (protocol as Protocol) {
    case "http":
    case "https":
      return checkUrl(protocol, endpoint);
    case "email":
    case "email-json":
      if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(endpoint)) throw invalidParameter("Email address");
      return endpoint;
    case "sms": {
      const number = endpoint.replace(/[ ().-]/g, "");
      if (!isPhoneNumber(number)) throw invalidParameter(`Invalid SMS endpoint: ${endpoint}`);
      return number;
    }
    case "sqs":
      return checkQueue(topic, endpoint);
    case "lambda":
      return checkArn(endpoint, "Lambda", /^arn:aws:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/);
    case "firehose":
      return checkArn(endpoint, "Firehose", /^arn:aws:firehose:[^:]+:\d{12}:deliverystream\/.+$/);
    case "application":
      return checkArn(endpoint, "Application", /^arn:aws:sns:[^:]+:\d{12}:endpoint\/[^/]+\/[^/]+\/.+$/);
  }
}

/** E.164, with or without its plus. */
export function isPhoneNumber(number: string): boolean {
  return /^\+?[1-9]\d{4,14}$/.test(number);
}

/** Whether the endpoint is asked first. An owner of both ends says yes by subscribing. */
export function needsConfirmation(protocol: string, endpoint: string, caller: string): boolean {
  if (confirmedByMessage.has(protocol)) return true;
  if (protocol !== "sqs" && protocol !== "lambda" && protocol !== "firehose") return false;
  return endpoint.split(":")[4] !== caller;
}

function checkUrl(protocol: string, endpoint: string): string {
  if (!endpoint.startsWith(`${protocol}://`)) {
    throw invalidParameter("Endpoint must match the specified protocol");
  }
  if (!URL.canParse(endpoint)) throw invalidParameter("Endpoint");
  return endpoint;
}

function checkQueue(topic: TopicState, endpoint: string): string {
  if (!endpoint.startsWith("arn:")) throw invalidParameter("SQS endpoint ARN");
  checkArn(endpoint, "SQS", /^arn:aws:sqs:[^:]+:\d{12}:[\w-]{1,80}(\.fifo)?$/);
  if (endpoint.endsWith(".fifo") && !topic.fifo) {
    throw invalidParameter(
      "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
    );
  }
  return endpoint;
}

function checkArn(endpoint: string, service: string, pattern: RegExp): string {
  if (!pattern.test(endpoint)) throw invalidParameter(`${service} endpoint ARN`);
  return endpoint;
}
