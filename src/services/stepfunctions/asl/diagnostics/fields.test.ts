// What single fields of states may hold, and what AWS says where they do not.

import { describe, expect, it } from "vitest";
import { checkDefinition, diagnose } from "./index.ts";
import { end, errorsIn, inner, machineOf, type State, schema, sqs } from "./test-definition.ts";

describe("a definition that AWS takes", () => {
  it.each<readonly [string, State]>([
    [
      "Pass",
      { Type: "Pass", Result: { a: 1 }, ResultPath: "$.b", InputPath: "$.x", OutputPath: null, ...end },
    ],
    [
      "Pass with Parameters and Assign",
      { Type: "Pass", Parameters: { "a.$": "$$.State.Name" }, Assign: { "v.$": "$.x[0]" }, ...end },
    ],
    [
      "Task",
      {
        Type: "Task",
        Resource: sqs,
        Parameters: { "QueueUrl.$": "$.url", MessageBody: { "a.$": "States.Format('{}', $.b)" } },
        ResultSelector: { "id.$": "$.MessageId" },
        ResultPath: "$.sent",
        TimeoutSeconds: 60,
        HeartbeatSecondsPath: "$.beat",
        Credentials: { "RoleArn.$": "$.role" },
        Retry: [
          {
            ErrorEquals: ["SQS.X"],
            IntervalSeconds: 1,
            MaxAttempts: 0,
            BackoffRate: 1.5,
            MaxDelaySeconds: 5,
            JitterStrategy: "FULL",
          },
          { ErrorEquals: ["States.ALL"] },
        ],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "A", ResultPath: "$.error", Assign: { x: 1 } }],
        ...end,
      },
    ],
    ["a function", { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:f:1", ...end }],
    ["an activity", { Type: "Task", Resource: "arn:aws:states:us-east-1:123456789012:activity:a", ...end }],
    ["Wait", { Type: "Wait", Timestamp: "2024-01-01T00:00:00Z", ...end }],
    ["Wait by path", { Type: "Wait", SecondsPath: "$.s", ...end }],
    ["Fail", { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('{}', $.c)" }],
    ["Succeed", { Type: "Succeed", InputPath: "$.a", Comment: "x" }],
    ["Parallel", { Type: "Parallel", Branches: [inner], ResultSelector: { "a.$": "$[0]" }, ...end }],
    [
      "Map",
      {
        Type: "Map",
        ItemProcessor: inner,
        ItemsPath: "$.list",
        ItemSelector: { "v.$": "$$.Map.Item.Value" },
        MaxConcurrency: 0,
        ...end,
      },
    ],
    ["the older Map", { Type: "Map", Iterator: inner, Parameters: { "v.$": "$" }, ...end }],
    [
      "distributed Map",
      {
        Type: "Map",
        ItemProcessor: { ...inner, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW", MaxItemsPath: "$.m" },
          Parameters: { Bucket: "b", "Key.$": "$.k" },
        },
        ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { "a.$": "$.a" } },
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "b", Prefix: "p" } },
        Label: "rows",
        ToleratedFailurePercentage: 5.5,
        ToleratedFailureCountPath: "$.c",
        ...end,
      },
    ],
    [
      "JSONata",
      {
        Type: "Task",
        QueryLanguage: "JSONata",
        Resource: sqs,
        Arguments: { QueueUrl: "{% $states.input.url %}", MessageBody: "x" },
        Output: "{% $states.result.MessageId %}",
        Assign: { x: "{% $states.input.a %}" },
        TimeoutSeconds: "{% $states.input.t %}",
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "A", Output: "{% $states.errorOutput %}" }],
        ...end,
      },
    ],
    [
      "JSONata Map",
      {
        Type: "Map",
        QueryLanguage: "JSONata",
        Items: "{% $states.input %}",
        ItemProcessor: inner,
        MaxConcurrency: "{% 2 %}",
        ...end,
      },
    ],
  ])("%s", (_name, state) => {
    expect(diagnose(machineOf(state), "STANDARD")).toEqual([]);
    expect(checkDefinition(machineOf(state), "STANDARD").StartAt).toBe("A");
  });

  it("Choice of every comparison and of JSONata", () => {
    const rules = [
      { Variable: "$.a", StringMatches: "x*", Next: "B", Assign: { "v.$": "$.a" } },
      {
        And: [{ Variable: "$.a", IsPresent: true }, { Not: { Variable: "$.b", NumericLessThanPath: "$.c" } }],
        Next: "B",
      },
      { Or: [{ Variable: "$v.x", TimestampGreaterThan: "2024-01-01T00:00:00Z" }], Next: "B" },
    ];
    const definition = (choice: object): string =>
      JSON.stringify({
        StartAt: "A",
        States: { A: { Type: "Choice", Default: "B", ...choice }, B: { Type: "Succeed" } },
      });
    expect(diagnose(definition({ Choices: rules }), "STANDARD")).toEqual([]);
    const conditions = [{ Condition: "{% $states.input.a = 1 %}", Next: "B", Output: { x: "{% 1 %}" } }];
    expect(diagnose(definition({ QueryLanguage: "JSONata", Choices: conditions }), "STANDARD")).toEqual([]);
  });
});

describe("a field that AWS refuses", () => {
  const at = "/States/A";
  it.each<readonly [string, State, string]>([
    ["no Type", {}, schema("These fields are required: [Type]", at)],
    [
      "unknown Type",
      { Type: "Go", ...end },
      schema(
        "Value is not one of the allowed values: [Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map]",
        `${at}/Type`,
      ),
    ],
    ["unknown field", { Type: "Pass", Foo: 1, ...end }, schema("Field is not supported", `${at}/Foo`)],
    ["no Next or End", { Type: "Pass" }, schema("One of these fields is required: [Next, End]", at)],
    [
      "Next and End",
      { Type: "Pass", Next: "A", ...end },
      schema("These fields are mutually exclusive: [Next, End]", at),
    ],
    [
      "End that is no flag",
      { Type: "Pass", End: "yes" },
      schema("Expected value of type Boolean", `${at}/End`),
    ],
    [
      "InputPath",
      { Type: "Pass", InputPath: "a", ...end },
      schema("Value is not a valid JSONPath", `${at}/InputPath`),
    ],
    [
      "ResultPath",
      { Type: "Pass", ResultPath: "$.a[*]", ...end },
      schema("Value is not a Reference Path: Illegal path '$.a[*]'", `${at}/ResultPath`),
    ],
    [
      "ResultPath of a context",
      { Type: "Pass", ResultPath: "$$.a", ...end },
      schema("Value is not a Reference Path: Illegal path '$$.a'", `${at}/ResultPath`),
    ],
    [
      "Parameters",
      { Type: "Pass", Parameters: { a: [{ "x.$": "nope" }] }, ...end },
      schema(
        "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call",
        `${at}/Parameters`,
      ),
    ],
    [
      "an intrinsic function",
      { Type: "Pass", Parameters: { "x.$": "States.Nope()" }, ...end },
      schema(
        "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call",
        `${at}/Parameters`,
      ),
    ],
    [
      "a field twice",
      { Type: "Pass", Parameters: { x: 1, "x.$": "$.a" }, ...end },
      schema("The field 'x' is defined twice", `${at}/Parameters`),
    ],
    [
      "Output in JSONPath",
      { Type: "Pass", Output: 1, ...end },
      schema("The QueryLanguage 'JSONPath' does not support the field 'Output'", `${at}/Output`),
    ],
    [
      "InputPath in JSONata",
      { Type: "Pass", QueryLanguage: "JSONata", InputPath: "$", ...end },
      schema("The QueryLanguage 'JSONata' does not support the field 'InputPath'", `${at}/InputPath`),
    ],
    [
      "a JSONata expression",
      { Type: "Pass", QueryLanguage: "JSONata", Output: { a: ["{% a[1,2) %}"] }, ...end },
      schema('Expected "]", got ","', `${at}/Output/a[0]`),
    ],
    [
      "a JSONata root",
      { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $$ %}", ...end },
      schema("The JSONata expression '$$' refers to a root that does not exist", `${at}/Output`),
    ],
    [
      "half an expression",
      { Type: "Pass", QueryLanguage: "JSONata", Output: "{% 1", ...end },
      schema("A JSONata expression must begin with '{%' and end with '%}'", `${at}/Output`),
    ],
    ["no Resource", { Type: "Task", ...end }, schema("These fields are required: [Resource]", at)],
    [
      "a Resource that is no ARN",
      { Type: "Task", Resource: "f", ...end },
      schema("Value is not a valid resource ARN", `${at}/Resource`),
    ],
    [
      "an unknown Resource",
      { Type: "Task", Resource: "arn:aws:states:::sqs:fly", ...end },
      schema(
        "The resource provided arn:aws:states:::sqs:fly is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.",
        `${at}/Resource`,
      ),
    ],
    [
      "a parameter that the API has not",
      { Type: "Task", Resource: sqs, Parameters: { QueueUrl: "q", MessageBody: "b", queueUrl: "q" }, ...end },
      schema('The field "queueUrl" is not supported by Step Functions', `${at}/Parameters`),
    ],
    [
      "a parameter that the API needs",
      { Type: "Task", Resource: sqs, Parameters: { "QueueUrl.$": "$.q" }, ...end },
      schema('The field "MessageBody" is required but was missing', `${at}/Parameters`),
    ],
    [
      "TimeoutSeconds",
      { Type: "Task", Resource: sqs, TimeoutSeconds: 0, ...end },
      schema("Value must be between 1 and 99999999", `${at}/TimeoutSeconds`),
    ],
    [
      "two timeouts",
      { Type: "Task", Resource: sqs, TimeoutSeconds: 1, TimeoutSecondsPath: "$.a", ...end },
      schema("These fields are mutually exclusive: [TimeoutSeconds, TimeoutSecondsPath]", at),
    ],
    [
      "HeartbeatSeconds",
      { Type: "Task", Resource: sqs, TimeoutSeconds: 5, HeartbeatSeconds: 5, ...end },
      schema("HeartbeatSeconds must be smaller than TimeoutSeconds", `${at}/HeartbeatSeconds`),
    ],
    [
      "Retry without errors",
      { Type: "Task", Resource: sqs, Retry: [{}], ...end },
      schema("These fields are required: [ErrorEquals]", `${at}/Retry[0]`),
    ],
    [
      "Retry with no error",
      { Type: "Task", Resource: sqs, Retry: [{ ErrorEquals: [] }], ...end },
      schema("Array must not be empty", `${at}/Retry[0]/ErrorEquals`),
    ],
    [
      "BackoffRate",
      { Type: "Task", Resource: sqs, Retry: [{ ErrorEquals: ["E"], BackoffRate: 0.5 }], ...end },
      schema("Value must be at least 1", `${at}/Retry[0]/BackoffRate`),
    ],
    [
      "MaxDelaySeconds",
      {
        Type: "Task",
        Resource: sqs,
        Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 5, MaxDelaySeconds: 5 }],
        ...end,
      },
      schema("MaxDelaySeconds must be greater than IntervalSeconds", `${at}/Retry[0]/MaxDelaySeconds`),
    ],
    [
      "JitterStrategy",
      { Type: "Task", Resource: sqs, Retry: [{ ErrorEquals: ["E"], JitterStrategy: "SOME" }], ...end },
      schema("Value is not one of the allowed values: [FULL, NONE]", `${at}/Retry[0]/JitterStrategy`),
    ],
    [
      "States.ALL not alone",
      { Type: "Task", Resource: sqs, Retry: [{ ErrorEquals: ["E", "States.ALL"] }], ...end },
      schema("States.ALL must appear alone", `${at}/Retry[0]/ErrorEquals`),
    ],
    [
      "States.ALL not last",
      {
        Type: "Task",
        Resource: sqs,
        Catch: [
          { ErrorEquals: ["States.ALL"], Next: "A" },
          { ErrorEquals: ["E"], Next: "A" },
        ],
        ...end,
      },
      schema("States.ALL must appear in the last element of Catch", `${at}/Catch[0]/ErrorEquals`),
    ],
    [
      "Wait for nothing",
      { Type: "Wait", ...end },
      schema("One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]", at),
    ],
    [
      "Wait for two things",
      { Type: "Wait", Seconds: 1, Timestamp: "2024-01-01T00:00:00Z", ...end },
      schema("These fields are mutually exclusive: [Seconds, Timestamp]", at),
    ],
    [
      "Seconds",
      { Type: "Wait", Seconds: "1", ...end },
      schema("Expected value of type Integer", `${at}/Seconds`),
    ],
    [
      "Timestamp",
      { Type: "Wait", Timestamp: "tomorrow", ...end },
      schema("Value is not a valid timestamp", `${at}/Timestamp`),
    ],
    ["Next of Succeed", { Type: "Succeed", ...end }, schema("Field is not supported", `${at}/End`)],
    [
      "Error twice",
      { Type: "Fail", Error: "E", ErrorPath: "$.e" },
      schema("These fields are mutually exclusive: [Error, ErrorPath]", at),
    ],
    [
      "ErrorPath",
      { Type: "Fail", ErrorPath: "States.Format(" },
      schema("The value must be a valid JSONPath or a valid intrinsic function call", `${at}/ErrorPath`),
    ],
    [
      "no Branches",
      { Type: "Parallel", Branches: [], ...end },
      schema("Array must not be empty", `${at}/Branches`),
    ],
    [
      "a field in a branch",
      {
        Type: "Parallel",
        Branches: [{ StartAt: "B", States: { B: { Type: "Pass", X: 1, ...end } } }],
        ...end,
      },
      schema("Field is not supported", `${at}/Branches[0]/States/B/X`),
    ],
    [
      "no processor",
      { Type: "Map", ...end },
      schema("One of these fields is required: [ItemProcessor, Iterator]", at),
    ],
    [
      "a reader inline",
      {
        Type: "Map",
        ItemProcessor: inner,
        ItemReader: { Resource: "arn:aws:states:::s3:getObject" },
        ...end,
      },
      schema("The field 'ItemReader' is supported only by a Map in DISTRIBUTED mode", `${at}/ItemReader`),
    ],
    [
      "no ExecutionType",
      { Type: "Map", ItemProcessor: { ...inner, ProcessorConfig: { Mode: "DISTRIBUTED" } }, ...end },
      schema("These fields are required: [ExecutionType]", `${at}/ItemProcessor/ProcessorConfig`),
    ],
    [
      "a Choice without rules",
      { Type: "Choice", Choices: [] },
      schema("Array must not be empty", `${at}/Choices`),
    ],
    [
      "a rule without comparison",
      { Type: "Choice", Choices: [{ Variable: "$.a", Next: "A" }] },
      schema("A rule must have a comparison operator", `${at}/Choices[0]`),
    ],
    [
      "a rule with two",
      { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, IsString: true, Next: "A" }] },
      schema("Only one comparison operator is allowed: [IsNull, IsString]", `${at}/Choices[0]`),
    ],
    [
      "a rule without Variable",
      { Type: "Choice", Choices: [{ IsNull: true, Next: "A" }] },
      schema("These fields are required: [Variable]", `${at}/Choices[0]`),
    ],
    [
      "a rule without Next",
      { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true }] },
      schema("These fields are required: [Next]", `${at}/Choices[0]`),
    ],
    [
      "Next in an inner rule",
      { Type: "Choice", Choices: [{ Not: { Variable: "$.a", IsNull: true, Next: "A" }, Next: "A" }] },
      schema("Field is not supported", `${at}/Choices[0]/Not/Next`),
    ],
    [
      "a comparison's type",
      { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: "1", Next: "A" }] },
      schema("Expected value of type Float", `${at}/Choices[0]/NumericEquals`),
    ],
    [
      "a long name",
      { Type: "Pass", QueryLanguage: "XPath", ...end },
      schema("Value is not one of the allowed values: [JSONPath, JSONata]", `${at}/QueryLanguage`),
    ],
  ])("%s", (_name, state, expected) => {
    expect(errorsIn(machineOf(state))).toContain(expected);
  });

  it("JSONPath in a state of a JSONata machine", () => {
    const errors = errorsIn(
      machineOf({ Type: "Pass", QueryLanguage: "JSONPath", ...end }, { QueryLanguage: "JSONata" }),
    );
    expect(errors[0]).toContain("/States/A/QueryLanguage");
  });

  it("what Express machines cannot do", () => {
    const express = (state: State): readonly string[] => errorsIn(machineOf(state), "EXPRESS");
    expect(express({ Type: "Task", Resource: `${sqs}.waitForTaskToken`, ...end })).toEqual([
      schema(
        "Express state machine does not support '.waitForTaskToken' service integration",
        "/States/A/Resource",
      ),
    ]);
    expect(
      express({ Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync", ...end }),
    ).toEqual([
      schema("Express state machine does not support '.sync' service integration", "/States/A/Resource"),
    ]);
    expect(
      express({ Type: "Task", Resource: "arn:aws:states:us-east-1:123456789012:activity:a", ...end }),
    ).toHaveLength(1);
  });
});
