// Events that a service sends to a function by itself: SNS, CloudWatch Logs, IoT, Alexa.

import { isFields, type Value } from "../../template/value.ts";
import { add, attribute, defined, pick, ref, sub } from "../expansion.ts";
import { checkEvent, type Event, type EventNeeds, permission } from "./event.ts";
import { queuePolicy } from "./rule.ts";

export function snsEvent(event: Event, needs: EventNeeds): void {
  const { expansion, id, properties, called, condition } = event;
  const filters = ["FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region"];
  checkEvent(event, ["Topic", "SqsSubscription", ...filters], ["Topic"]);
  const topic = properties.Topic ?? null;
  const queue = properties.SqsSubscription;
  const subscription = (Protocol: string, Endpoint: Value): void =>
    add(
      expansion,
      id,
      {
        Type: "AWS::SNS::Subscription",
        Properties: { Endpoint, Protocol, TopicArn: topic, ...pick(properties, filters) },
      },
      condition,
    );
  if (queue === undefined || queue === false) {
    add(
      expansion,
      `${id}Permission`,
      permission(called, "sns.amazonaws.com", { SourceArn: topic }),
      condition,
    );
    subscription("lambda", event.arn);
    return;
  }
  needs.managed.add("AWSLambdaSQSQueueExecutionRole");
  const own = isFields(queue) ? queue : {};
  const queueId = `${id}Queue`;
  const arn = own.QueueArn ?? attribute(queueId, "Arn");
  add(
    expansion,
    `${id}EventSourceMapping`,
    {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        BatchSize: own.BatchSize ?? 10,
        Enabled: isFields(own.Enabled) ? own.Enabled : true,
        EventSourceArn: arn,
        FunctionName: called,
      },
    },
    condition,
  );
  if (own.QueueArn === undefined)
    add(expansion, queueId, { Type: "AWS::SQS::Queue", Properties: {} }, condition);
  const policy = queuePolicy(queueId, "*", topic);
  const policyId =
    typeof own.QueuePolicyLogicalId === "string" ? own.QueuePolicyLogicalId : `${queueId}Policy`;
  add(
    expansion,
    policyId,
    own.QueueArn === undefined ? policy : aboutQueue(policy, own.QueueArn, own.QueueUrl ?? null),
    condition,
  );
  subscription("sqs", arn);
}

/** The policy for a queue that is not of this event's making. */
function aboutQueue(policy: ReturnType<typeof queuePolicy>, arn: Value, url: Value): typeof policy {
  const { Properties } = policy as { Properties: { PolicyDocument: { Statement: readonly [object] } } };
  const [statement] = Properties.PolicyDocument.Statement;
  return {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      PolicyDocument: { Version: "2012-10-17", Statement: [{ ...statement, Resource: arn }] },
      Queues: [url],
    },
  };
}

export function logsEvent(event: Event): void {
  const { expansion, id, properties, called, condition } = event;
  checkEvent(event, ["LogGroupName", "FilterPattern"], ["LogGroupName", "FilterPattern"]);
  const name = "__LogGroupName__";
  const source = sub(
    `arn:${expansion.partition}:logs:$\{AWS::Region}:$\{AWS::AccountId}:log-group:$\{${name}}:*`,
    { [name]: properties.LogGroupName ?? null },
  );
  const permissionId = `${id}Permission`;
  add(expansion, permissionId, permission(called, "logs.amazonaws.com", { SourceArn: source }), condition);
  add(
    expansion,
    id,
    {
      Type: "AWS::Logs::SubscriptionFilter",
      DependsOn: [permissionId],
      Properties: { ...pick(properties, ["LogGroupName", "FilterPattern"]), DestinationArn: event.arn },
    },
    condition,
  );
}

export function iotEvent(event: Event): void {
  const { expansion, id, properties, called, condition } = event;
  checkEvent(event, ["Sql", "AwsIotSqlVersion"], ["Sql"]);
  const source = sub(`arn:${expansion.partition}:iot:$\{AWS::Region}:$\{AWS::AccountId}:rule/$\{RuleName}`, {
    RuleName: ref(id),
  });
  add(
    expansion,
    `${id}Permission`,
    permission(called, "iot.amazonaws.com", {
      SourceAccount: sub("$" + "{AWS::AccountId}"),
      SourceArn: source,
    }),
    condition,
  );
  add(
    expansion,
    id,
    {
      Type: "AWS::IoT::TopicRule",
      Properties: {
        TopicRulePayload: defined({
          Sql: properties.Sql,
          RuleDisabled: false,
          Actions: [{ Lambda: { FunctionArn: event.arn } }],
          AwsIotSqlVersion: properties.AwsIotSqlVersion,
        }),
      },
    },
    condition,
  );
}

export function alexaEvent(event: Event): void {
  checkEvent(event, ["SkillId"], []);
  const others = defined({ EventSourceToken: event.properties.SkillId });
  add(
    event.expansion,
    `${event.id}Permission`,
    permission(event.called, "alexa-appkit.amazon.com", others),
    event.condition,
  );
}
