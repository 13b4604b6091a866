// Events of EventBridge: rules on a schedule or a pattern, and schedules of the
// scheduler. A function is called by permission, a state machine by a role.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { add, attribute, defined, pick, ref, resolved } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { trust } from "../role.ts";
import { checkEvent, type Event, permission } from "./event.ts";

const calls = (event: Event): "function" | "state machine" =>
  event.owner.type === "AWS::Serverless::Function" ? "function" : "state machine";

const target = ["Input", "InputPath", "InputTransformer", "RetryPolicy"];

/** Schedule, EventBridgeRule and CloudWatchEvent. */
export function ruleEvent(event: Event): void {
  const { expansion, id, properties, called, condition } = event;
  const scheduled = event.type === "Schedule";
  checkEvent(
    event,
    [
      "DeadLetterConfig",
      "Description",
      "Enabled",
      "EventBusName",
      "Name",
      "Pattern",
      "RoleArn",
      "RuleName",
      "Schedule",
      "State",
      "Target",
      ...target,
    ],
    [scheduled ? "Schedule" : "Pattern"],
  );
  const function_ = calls(event) === "function";
  const roleId = `${id}Role`;
  const own = isFields(properties.Target) ? properties.Target.Id : undefined;
  const dead = deadLetters(event, "events.amazonaws.com");
  add(
    expansion,
    id,
    {
      Type: "AWS::Events::Rule",
      Properties: defined({
        Name: scheduled ? properties.Name : properties.RuleName,
        Description: properties.Description,
        EventBusName: properties.EventBusName,
        EventPattern: properties.Pattern,
        ScheduleExpression: properties.Schedule,
        State: stateOf(event),
        Targets: [
          defined({
            Arn: event.arn,
            Id: own ?? `${id}${function_ ? "LambdaTarget" : "StepFunctionsTarget"}`,
            RoleArn: function_ ? undefined : (properties.RoleArn ?? attribute(roleId, "Arn")),
            DeadLetterConfig: dead,
            ...pick(properties, target),
          }),
        ],
      }),
    },
    condition,
  );
  if (function_)
    add(
      expansion,
      `${id}Permission`,
      permission(called, "events.amazonaws.com", { SourceArn: attribute(id, "Arn") }),
      condition,
    );
  else if (properties.RoleArn === undefined)
    addStarter(event, roleId, "events.amazonaws.com", `${roleId}StartExecutionPolicy`);
}

function stateOf(event: Event): Value | undefined {
  const { State, Enabled } = event.properties;
  if (State !== undefined && Enabled !== undefined)
    refuse("State and Enabled Properties cannot both be specified.");
  const enabled = resolved(event.expansion, Enabled);
  if (enabled === undefined) return State;
  return enabled === true || enabled === "true" ? "ENABLED" : "DISABLED";
}

/** The role by which a state machine is started. */
export function addStarter(
  event: Event,
  roleId: string,
  service: string,
  policy: string,
  others: readonly Fields[] = [],
): void {
  const function_ = calls(event) === "function";
  add(
    event.expansion,
    roleId,
    {
      Type: "AWS::IAM::Role",
      Properties: defined({
        AssumeRolePolicyDocument: trust(service),
        PermissionsBoundary: event.properties.PermissionsBoundary,
        Policies: [
          {
            PolicyName: policy,
            PolicyDocument: {
              Statement: [
                {
                  Action: function_ ? "lambda:InvokeFunction" : "states:StartExecution",
                  Effect: "Allow",
                  Resource: event.arn,
                },
              ],
            },
          },
          ...others,
        ],
      }),
    },
    event.condition,
  );
}

/** The queue for what could not be delivered: the one that is given, or one of its own. */
function deadLetters(event: Event, service: string | undefined): Fields | undefined {
  const { expansion, id, condition } = event;
  const given = event.properties.DeadLetterConfig;
  if (given === undefined) return undefined;
  if (!isFields(given)) refuse("DeadLetterConfig must be a dictionary", id);
  if (given.Arn !== undefined && given.Type !== undefined)
    refuse("You can either define 'Arn' or 'Type' property of DeadLetterConfig");
  if (given.Arn !== undefined) return { Arn: given.Arn };
  if (given.Type === undefined) refuse("No 'Arn' or 'Type' property provided for DeadLetterConfig");
  if (given.Type !== "SQS") refuse("The only valid value for 'Type' property of DeadLetterConfig is 'SQS'");
  const queue = typeof given.QueueLogicalId === "string" ? given.QueueLogicalId : `${id}Queue`;
  add(expansion, queue, { Type: "AWS::SQS::Queue", Properties: {} }, condition);
  if (service !== undefined)
    add(
      expansion,
      `${id}QueuePolicy`,
      queuePolicy(queue, { Service: service }, attribute(id, "Arn")),
      condition,
    );
  return { Arn: attribute(queue, "Arn") };
}

export function queuePolicy(queue: string, principal: Value, source: Value): Fields {
  return {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "sqs:SendMessage",
            Effect: "Allow",
            Principal: principal,
            Resource: attribute(queue, "Arn"),
            Condition: { ArnEquals: { "aws:SourceArn": source } },
          },
        ],
      },
      Queues: [ref(queue)],
    },
  };
}

const scheduleProperties = [
  "ScheduleExpression",
  "ScheduleExpressionTimezone",
  "Description",
  "EndDate",
  "FlexibleTimeWindow",
  "GroupName",
  "KmsKeyArn",
  "StartDate",
  "State",
];

/** ScheduleV2: a schedule of EventBridge Scheduler, with the role that it needs. */
export function scheduleEvent(event: Event): void {
  const { expansion, id, properties, condition } = event;
  checkEvent(
    event,
    [
      ...scheduleProperties,
      "DeadLetterConfig",
      "Input",
      "Name",
      "OmitName",
      "PermissionsBoundary",
      "RetryPolicy",
      "RoleArn",
    ],
    ["ScheduleExpression"],
  );
  if (properties.RoleArn !== undefined && properties.PermissionsBoundary !== undefined)
    refuse("When RoleArn is provided, PermissionsBoundary is not used.");
  const dead = deadLetters(event, undefined);
  const roleId = `${id}Role`;
  add(
    expansion,
    id,
    {
      Type: "AWS::Scheduler::Schedule",
      Properties: defined({
        FlexibleTimeWindow: { Mode: "OFF" },
        ...pick(properties, scheduleProperties),
        Name: properties.OmitName === true ? undefined : (properties.Name ?? id),
        Target: defined({
          Arn: event.arn,
          RoleArn: properties.RoleArn ?? attribute(roleId, "Arn"),
          DeadLetterConfig: dead,
          ...pick(properties, ["Input", "RetryPolicy"]),
        }),
      }),
    },
    condition,
  );
  if (properties.RoleArn !== undefined) return;
  const policy = calls(event) === "function" ? "LambdaPolicy" : "StartExecutionPolicy";
  addStarter(
    event,
    roleId,
    "scheduler.amazonaws.com",
    `${id}${policy}`,
    dead === undefined
      ? []
      : [
          {
            PolicyName: `${id}SQSPolicy`,
            PolicyDocument: {
              Statement: [{ Action: "sqs:SendMessage", Effect: "Allow", Resource: dead.Arn ?? null }],
            },
          },
        ],
  );
}
