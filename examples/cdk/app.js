// A library's lending desk: loans come in over an API, are kept in a table, and
// after their time a workflow has the reader reminded.

const { join } = require("node:path");
const cdk = require("aws-cdk-lib");
const { HttpApi, HttpMethod } = require("aws-cdk-lib/aws-apigatewayv2");
const { HttpLambdaIntegration } = require("aws-cdk-lib/aws-apigatewayv2-integrations");
const { AttributeType, BillingMode, Table } = require("aws-cdk-lib/aws-dynamodb");
const { Code, Function: LambdaFunction, Runtime } = require("aws-cdk-lib/aws-lambda");
const { SqsEventSource } = require("aws-cdk-lib/aws-lambda-event-sources");
const { LogGroup, RetentionDays } = require("aws-cdk-lib/aws-logs");
const { Schedule, ScheduleExpression } = require("aws-cdk-lib/aws-scheduler");
const { LambdaInvoke } = require("aws-cdk-lib/aws-scheduler-targets");
const { Queue } = require("aws-cdk-lib/aws-sqs");
const sfn = require("aws-cdk-lib/aws-stepfunctions");
const tasks = require("aws-cdk-lib/aws-stepfunctions-tasks");

class LendingDesk extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const removalPolicy = cdk.RemovalPolicy.DESTROY;

    const loans = new Table(this, "Loans", {
      partitionKey: { name: "book", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy,
    });
    const given = new Queue(this, "GivenUp");
    const reminders = new Queue(this, "Reminders", {
      deadLetterQueue: { queue: given, maxReceiveCount: 3 },
    });

    const clerk = this.makeFunction("Clerk", {
      runtime: Runtime.PYTHON_3_13,
      handler: "clerk.remind",
      code: Code.fromAsset(join(__dirname, "functions/clerk")),
      environment: { LOANS: loans.tableName },
    });
    clerk.addEventSource(new SqsEventSource(reminders, { batchSize: 10 }));
    loans.grantReadWriteData(clerk);

    const machine = this.makeWorkflow(loans, reminders);
    const desk = this.makeFunction("Desk", {
      runtime: Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: Code.fromAsset(join(__dirname, "functions/desk")),
      environment: { LOANS: loans.tableName, WORKFLOW: machine.stateMachineArn },
    });
    loans.grantReadWriteData(desk);
    machine.grantStartExecution(desk);

    const counter = this.makeFunction("Counter", {
      runtime: Runtime.PYTHON_3_13,
      handler: "clerk.count",
      code: Code.fromAsset(join(__dirname, "functions/clerk")),
      environment: { LOANS: loans.tableName },
    });
    loans.grantReadData(counter);
    new Schedule(this, "EveryMorning", {
      schedule: ScheduleExpression.cron({ hour: "7", minute: "0" }),
      target: new LambdaInvoke(counter),
    });

    const api = new HttpApi(this, "Api", { description: "The lending desk" });
    const integration = new HttpLambdaIntegration("DeskIntegration", desk);
    api.addRoutes({ path: "/loans", methods: [HttpMethod.GET, HttpMethod.POST], integration });
    api.addRoutes({ path: "/loans/{book}", methods: [HttpMethod.DELETE], integration });

    new cdk.CfnOutput(this, "ApiUrl", { value: api.apiEndpoint });
    new cdk.CfnOutput(this, "ApiId", { value: api.apiId });
    new cdk.CfnOutput(this, "CounterName", { value: counter.functionName });
  }

  makeFunction(id, props) {
    const logGroup = new LogGroup(this, `${id}Logs`, {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    return new LambdaFunction(this, id, { timeout: cdk.Duration.seconds(10), logGroup, ...props });
  }

  makeWorkflow(loans, reminders) {
    const due = new sfn.Wait(this, "UntilDue", {
      time: sfn.WaitTime.timestampPath("$.due"),
    });
    const look = new tasks.DynamoGetItem(this, "LookAtTheLoan", {
      table: loans,
      key: { book: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt("$.book")) },
      resultPath: "$.loan",
    });
    const remind = new tasks.SqsSendMessage(this, "Remind", {
      queue: reminders,
      messageBody: sfn.TaskInput.fromObject({ book: sfn.JsonPath.stringAt("$.book") }),
    });
    const returned = new sfn.Succeed(this, "Returned");
    const stillOut = new sfn.Choice(this, "StillOut?")
      .when(sfn.Condition.isPresent("$.loan.Item"), remind)
      .otherwise(returned);
    return new sfn.StateMachine(this, "Reminder", {
      definitionBody: sfn.DefinitionBody.fromChainable(due.next(look).next(stillOut)),
    });
  }
}

const app = new cdk.App();
new LendingDesk(app, "LendingDesk", {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
});
