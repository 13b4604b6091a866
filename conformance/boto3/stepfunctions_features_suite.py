"""Step Functions through boto3, further in: versions and aliases, callbacks,
integrations and their errors, tests of single states, diagnostics, logs, keys
and map runs."""

import json
import time

import boto3
from stepfunctions_suite import ROLE, THREE, ended, fails, machine, sfn, sync

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}


def only(state, name="S"):
    return {"StartAt": name, "States": {name: {"End": True, **state}}}


def started(definition, data="{}", **fields):
    arn = machine(f"m{time.time_ns()}", definition, **fields)
    return sfn.start_execution(stateMachineArn=arn, input=data)["executionArn"]


def types(execution):
    events = sfn.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    return [event["type"] for event in events]


def until(look, seconds=20):
    for _ in range(seconds * 20):
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come")


def test_versions_and_aliases_route_executions(name):
    arn = machine(name, THREE, publish=True, versionDescription="first")
    assert sfn.describe_state_machine(stateMachineArn=f"{arn}:1")["description"] == "first"
    sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(PASS))
    assert sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == f"{arn}:2"
    versions = sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [version["stateMachineVersionArn"] for version in versions] == [f"{arn}:2", f"{arn}:1"]
    message = fails(
        "ValidationException", sfn.create_state_machine_alias, name="live",
        routingConfiguration=[{"stateMachineVersionArn": f"{arn}:1", "weight": 99}],
    )
    assert message == "Sum of routing configuration weights must equal 100"
    alias = sfn.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
    )["stateMachineAliasArn"]
    assert alias == f"{arn}:live"
    first = ended(sfn.start_execution(stateMachineArn=alias)["executionArn"])
    assert (first["stateMachineVersionArn"], first["stateMachineAliasArn"]) == (f"{arn}:1", alias)
    assert "a" in json.loads(first["output"])
    sfn.update_state_machine_alias(
        stateMachineAliasArn=alias, routingConfiguration=[{"stateMachineVersionArn": f"{arn}:2", "weight": 100}]
    )
    second = ended(sfn.start_execution(stateMachineArn=alias)["executionArn"])
    assert second["output"] == "{}"
    assert len(sfn.list_executions(stateMachineArn=alias)["executions"]) == 2
    assert len(sfn.list_executions(stateMachineArn=f"{arn}:1")["executions"]) == 1
    fails("ConflictException", sfn.delete_state_machine_version, stateMachineVersionArn=f"{arn}:2")
    sfn.delete_state_machine_alias(stateMachineAliasArn=alias)
    sfn.delete_state_machine_version(stateMachineVersionArn=f"{arn}:2")
    fails("ResourceNotFound", sfn.describe_state_machine_alias, stateMachineAliasArn=alias)


def test_a_token_is_awaited_and_a_silent_worker_times_out(name):
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    ask = only({
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "HeartbeatSeconds": 1,
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "Retry": [{"ErrorEquals": ["States.HeartbeatTimeout"], "IntervalSeconds": 1, "MaxAttempts": 1}],
    })
    execution = started(ask)

    def token():
        messages = until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
        return json.loads(messages[0]["Body"])["token"]

    silent, second = token(), token()
    fails("TaskTimedOut", sfn.send_task_success, taskToken=silent, output="{}")
    sfn.send_task_heartbeat(taskToken=second)
    fails("InvalidOutput", sfn.send_task_success, taskToken=second, output="{")
    sfn.send_task_failure(taskToken=second, error="Refused", cause="by ann")
    execution_now = ended(execution)
    assert (execution_now["status"], execution_now["error"], execution_now["cause"]) == ("FAILED", "Refused", "by ann")
    assert types(execution) == [
        "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskTimedOut",
        "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed", "ExecutionFailed",
    ]


def test_tasks_fail_with_the_names_that_catchers_look_for(name):
    queue = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"] + "-none"
    send = {"QueueUrl": queue, "MessageBody": "m"}
    put = {"TableName": f"{name}-none", "Item": {"id": {"S": "1"}}}
    cases = {
        "SQS.QueueDoesNotExistException": ("sqs:sendMessage", send),
        "Sqs.QueueDoesNotExistException": ("aws-sdk:sqs:sendMessage", send),
        "DynamoDB.ResourceNotFoundException": ("dynamodb:putItem", put),
        "DynamoDb.ResourceNotFoundException": ("aws-sdk:dynamodb:putItem", put),
        "Lambda.ResourceNotFoundException": ("lambda:invoke", {"FunctionName": f"{name}-none"}),
        "S3.NoSuchBucketException": ("aws-sdk:s3:listObjectsV2", {"Bucket": f"{name}-none"}),
        "Sfn.StateMachineDoesNotExistException": (
            "aws-sdk:sfn:startExecution",
            {"StateMachineArn": f"arn:aws:states:us-east-1:000000000000:stateMachine:{name}"},
        ),
        "Ec2.NotImplementedException": ("aws-sdk:ec2:describeInstances", {}),
        "Batch.NotImplementedException": (
            "batch:submitJob.sync", {"JobName": "a", "JobQueue": "b", "JobDefinition": "c"},
        ),
    }
    executions = {
        error: started(only({"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters}))
        for error, (resource, parameters) in cases.items()
    }
    for error, execution in executions.items():
        assert (ended(execution)["error"], types(execution)[-2]) == (error, "TaskFailed"), error


def test_a_workflow_within_a_workflow(name):
    child = machine(name, only({"Type": "Pass", "Result": {"n": 1}}))
    broken = machine(f"{name}-broken", {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}})

    def nested(pattern, arn):
        parameters = {"StateMachineArn": arn, "Input": {"from": "above"}}
        return only({"Type": "Task", "Resource": f"arn:aws:states:::states:startExecution{pattern}", "Parameters": parameters})

    fine = json.loads(ended(started(nested(".sync:2", child)))["output"])
    assert (fine["Status"], fine["Output"], fine["Input"]) == ("SUCCEEDED", {"n": 1}, {"from": "above"})
    text = json.loads(ended(started(nested(".sync", child)))["output"])
    assert text["Output"] == '{"n":1}'
    failed = ended(started(nested(".sync:2", broken)))
    assert failed["error"] == "States.TaskFailed"
    cause = json.loads(failed["cause"])
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "E", "C")


def test_jsonata_with_variables(name):
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Sum",
        "States": {
            "Sum": {"Type": "Pass", "Assign": {"total": "{% $sum($states.input.prices) %}"}, "Next": "Each"},
            "Each": {
                "Type": "Map",
                "Items": "{% $states.input.prices %}",
                "ItemSelector": {"price": "{% $states.context.Map.Item.Value %}"},
                "ItemProcessor": {
                    "StartAt": "Share",
                    "States": {"Share": {"Type": "Pass", "Output": "{% $states.input.price / $total %}", "End": True}},
                },
                "End": True,
            },
        },
    }
    execution = started(definition, '{"prices": [1, 3]}')
    assert json.loads(ended(execution)["output"]) == [0.25, 0.75]
    wrong = started({"QueryLanguage": "JSONata", **only({"Type": "Pass", "Output": "{% $states.input.none %}"})})
    assert ended(wrong)["error"] == "States.QueryEvaluationError"
    assert "EvaluationFailed" in types(wrong)


def test_one_state_by_itself(name):
    def tried(state, **fields):
        return sync.test_state(definition=json.dumps(state), roleArn=ROLE, **fields)

    shaped = {"Type": "Pass", "Parameters": {"a.$": "$.x"}, "ResultPath": "$.r", "Next": "N"}
    info = tried(shaped, input='{"x": 1}')
    assert (info["status"], json.loads(info["output"]), info["nextState"]) == ("SUCCEEDED", {"x": 1, "r": {"a": 1}}, "N")
    assert "inspectionData" not in info
    debug = tried(shaped, input='{"x": 1}', inspectionLevel="DEBUG")["inspectionData"]
    assert (debug["afterParameters"], debug["afterResultPath"]) == ('{"a":1}', '{"x":1,"r":{"a":1}}')
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
        "Retry": [{"ErrorEquals": ["Once"], "IntervalSeconds": 7, "MaxAttempts": 1}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}],
        "End": True,
    }
    mocked = tried(task, mock={"result": '{"MessageId": "1"}', "fieldValidationMode": "NONE"})
    assert json.loads(mocked["output"]) == {"MessageId": "1"}
    once = {"errorOutput": {"error": "Once", "cause": "c"}}
    again = tried(task, mock=once, inspectionLevel="DEBUG")
    assert again["status"] == "RETRIABLE"
    assert again["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": 7}
    caught = tried(task, mock=once, stateConfiguration={"retrierRetryCount": 1})
    assert (caught["status"], caught["nextState"], caught["error"]) == ("CAUGHT_ERROR", "Sorry", "Once")
    context = {"QueryLanguage": "JSONata", "Type": "Pass", "Output": "{% $states.context.Execution.Name & $v %}", "End": True}
    named = tried(context, context='{"Execution": {"Name": "n"}}', variables='{"v": "!"}')
    assert named["output"] == '"n!"'


def test_definitions_are_diagnosed(name):
    def found(definition, **fields):
        answer = sfn.validate_state_machine_definition(definition=json.dumps(definition), **fields)
        return answer["result"], [(each["code"], each.get("location")) for each in answer["diagnostics"]]

    assert found(PASS) == ("OK", [])
    assert found({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})[1][0] == (
        "MISSING_TRANSITION_TARGET", "/States/A/Next",
    )
    assert found(only({"Type": "Wait"})) == ("FAIL", [("SCHEMA_VALIDATION_FAILED", "/States/S")])
    dollar = only({"Type": "Pass", "Parameters": {"a": "$.b"}})
    assert found(dollar) == ("OK", [])
    assert found(dollar, severity="WARNING") == ("OK", [("NO_DOLLAR", "/States/S/Parameters/a")])
    waits = only({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"})
    assert found(waits, type="EXPRESS")[0] == "FAIL"
    message = fails(
        "InvalidDefinition", sfn.create_state_machine, name=name, roleArn=ROLE,
        definition='{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}',
    )
    assert message.startswith("Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next")
    message = fails("InvalidArn", sfn.create_state_machine, name=name, roleArn="nobody", definition=json.dumps(PASS))
    assert message == "Invalid Role Arn: 'nobody'"


def test_logs_of_every_level(name):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=name)
    group = f"arn:aws:logs:us-east-1:000000000000:log-group:{name}:*"
    fail = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1, "Next": "F"}, "F": {"Type": "Fail", "Error": "E"}}}
    levels = {
        "ALL": ["ExecutionStarted", "PassStateEntered", "PassStateExited", "FailStateEntered", "ExecutionFailed"],
        "ERROR": ["FailStateEntered", "ExecutionFailed"],
        "FATAL": ["ExecutionFailed"],
    }
    for level, expected in levels.items():
        for kind in ("EXPRESS", "STANDARD"):
            destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
            logging = {"level": level, "includeExecutionData": level == "ALL", "destinations": destinations}
            own = f"{name}-{level}-{kind}"
            sfn.start_execution(stateMachineArn=machine(own, fail, type=kind, loggingConfiguration=logging))

            def lines():
                streams = logs.describe_log_streams(logGroupName=name, logStreamNamePrefix=f"states/{own}/")["logStreams"]
                if not streams:
                    return None
                stream = streams[0]["logStreamName"]
                events = logs.get_log_events(logGroupName=name, logStreamName=stream, startFromHead=True)["events"]
                return events if len(events) == len(expected) else None

            found = [json.loads(event["message"]) for event in until(lines)]
            assert [line["type"] for line in found] == expected
            assert own in found[0]["execution_arn"]
            assert ("input" in found[0]["details"]) == (level == "ALL"), found[0]


def test_a_key_of_the_customer(name):
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    encryption = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": key, "kmsDataKeyReusePeriodSeconds": 60}
    arn = machine(name, PASS, encryptionConfiguration=encryption)
    assert sfn.describe_state_machine(stateMachineArn=arn)["encryptionConfiguration"] == encryption
    sfn.start_execution(stateMachineArn=arn)
    kms.disable_key(KeyId=key)
    fails("KmsInvalidStateException", sfn.start_execution, stateMachineArn=arn)
    fails("KmsInvalidStateException", sfn.describe_state_machine, stateMachineArn=arn)
    fails("InvalidEncryptionConfiguration", sfn.create_activity, name=name, encryptionConfiguration=encryption)


def test_a_map_run_is_changed_and_redriven(name):
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    each = only({
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token", "item.$": "$"}},
    }, "Ask")
    each["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    execution = started(
        only({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1, "Label": "each", "ItemProcessor": each}),
        '{"items": ["a", "b"]}',
    )

    def message():
        (found,) = until(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=found["ReceiptHandle"])
        return json.loads(found["Body"])

    first = message()
    run = sfn.list_map_runs(executionArn=execution)["mapRuns"][0]["mapRunArn"]
    assert ":mapRun:" in run and "/each:" in run
    counts = sfn.describe_map_run(mapRunArn=run)["executionCounts"]
    assert (counts["running"], counts["pending"], counts["total"]) == (1, 1, 2)
    sfn.update_map_run(mapRunArn=run, maxConcurrency=2)
    second = message()
    assert {first["item"], second["item"]} == {"a", "b"}
    sfn.send_task_success(taskToken=first["token"], output='"done"')
    sfn.send_task_failure(taskToken=second["token"], error="E")
    assert ended(execution)["error"] == "States.ExceedToleratedFailureThreshold"
    assert sfn.describe_map_run(mapRunArn=run)["status"] == "FAILED"
    sfn.redrive_execution(executionArn=execution)
    again = message()
    assert again["item"] == second["item"]
    sfn.send_task_success(taskToken=again["token"], output='"again"')
    finished = ended(execution)
    assert (finished["status"], finished["redriveCount"]) == ("SUCCEEDED", 1)
    outputs = {first["item"]: "done", second["item"]: "again"}
    assert json.loads(finished["output"]) == [outputs["a"], outputs["b"]]
    described = sfn.describe_map_run(mapRunArn=run)
    assert (described["redriveCount"], described["itemCounts"]["succeeded"]) == (1, 2)
    fails("ValidationException", sfn.update_map_run, mapRunArn=run, maxConcurrency=1)
