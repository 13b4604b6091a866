"""Step Functions through boto3: machines, executions, histories, errors."""

import json
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sfn = boto3.client("stepfunctions")
# StartSyncExecution goes to a host of its own, sync-<endpoint>, which nobody resolves for localhost.
sync = boto3.client("stepfunctions", config=Config(inject_host_prefix=False))
ROLE = "arn:aws:iam::000000000000:role/states"
THREE = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "Result": {"n": 1}, "ResultPath": "$.a", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.a.n", "NumericEquals": 1, "Next": "C"}]},
        "C": {"Type": "Succeed"},
    },
}


def machine(name, definition, **fields):
    return sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, **fields)["stateMachineArn"]


def ended(arn, seconds=20):
    for _ in range(seconds * 20):
        execution = sfn.describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return execution
        time.sleep(0.05)
    raise AssertionError("The execution still runs")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def test_an_execution_and_its_history(name):
    arn = machine(name, THREE)
    started = sfn.start_execution(stateMachineArn=arn, name="run", input='{"x": 1}')
    execution = ended(started["executionArn"])
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"x": 1, "a": {"n": 1}}
    assert execution["input"] == '{"x": 1}'
    assert execution["stopDate"] >= execution["startDate"]
    events = sfn.get_execution_history(executionArn=started["executionArn"])["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted", "PassStateEntered", "PassStateExited", "ChoiceStateEntered",
        "ChoiceStateExited", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded",
    ]
    assert [event["previousEventId"] for event in events] == [0, 0, 2, 3, 4, 5, 6, 7]
    assert events[0]["executionStartedEventDetails"] == {"input": '{"x": 1}', "inputDetails": {"truncated": False}, "roleArn": ROLE}
    assert events[2]["stateExitedEventDetails"]["name"] == "A"
    message = fails("ExecutionAlreadyExists", sfn.start_execution, stateMachineArn=arn, name="run", input="{}")
    assert message == f"Execution Already Exists: '{started['executionArn']}'"


def test_errors_in_aws_words(name):
    arn = f"arn:aws:states:us-east-1:000000000000:stateMachine:{name}"
    assert fails("StateMachineDoesNotExist", sfn.describe_state_machine, stateMachineArn=arn) == f"State Machine Does Not Exist: '{arn}'"
    assert fails("InvalidArn", sfn.describe_state_machine, stateMachineArn="nonsense") == "Invalid Arn: 'Invalid ARN prefix: nonsense'"
    missing = f"arn:aws:states:us-east-1:000000000000:execution:{name}:x"
    assert fails("ExecutionDoesNotExist", sfn.describe_execution, executionArn=missing) == f"Execution Does Not Exist: '{missing}'"
    assert fails("InvalidName", sfn.create_state_machine, name="a b", definition="{}", roleArn=ROLE) == "Invalid Name: 'a b'"
    fails("InvalidDefinition", sfn.create_state_machine, name=name, definition="{}", roleArn=ROLE)
    fails("InvalidExecutionInput", sfn.start_execution, stateMachineArn=machine(name, THREE), input="{")
    fails("InvalidToken", sfn.send_task_success, taskToken="x", output="{}")


def test_machines_are_listed_changed_tagged_and_deleted(name):
    arn = machine(name, THREE, tags=[{"key": "a", "value": "1"}])
    assert machine(name, THREE) == arn
    other = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    fails("StateMachineAlreadyExists", sfn.create_state_machine, name=name, definition=json.dumps(other), roleArn=ROLE)
    updated = sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(other), publish=True)
    assert updated["stateMachineVersionArn"] == f"{arn}:1"
    assert json.loads(sfn.describe_state_machine(stateMachineArn=arn)["definition"]) == other
    sfn.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    sfn.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]
    names = [m["name"] for page in sfn.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 1}) for m in page["stateMachines"]]
    assert name in names
    sfn.delete_state_machine(stateMachineArn=arn)
    for _ in range(100):
        try:
            sfn.describe_state_machine(stateMachineArn=arn)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "StateMachineDoesNotExist"
            return
        time.sleep(0.05)
    raise AssertionError("The machine is still there")


def test_an_activity_worker(name):
    activity = sfn.create_activity(name=name)["activityArn"]
    arn = machine(name, {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": activity, "End": True}}})
    execution = sfn.start_execution(stateMachineArn=arn, input='{"n": 1}')["executionArn"]
    task = sfn.get_activity_task(activityArn=activity, workerName="w")
    assert json.loads(task["input"]) == {"n": 1}
    sfn.send_task_heartbeat(taskToken=task["taskToken"])
    sfn.send_task_success(taskToken=task["taskToken"], output='"done"')
    assert ended(execution)["output"] == '"done"'
    fails("TaskTimedOut", sfn.send_task_success, taskToken=task["taskToken"], output="{}")


def test_stop_and_redrive(name):
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}
    execution = sfn.start_execution(stateMachineArn=machine(name, wait))["executionArn"]
    sfn.stop_execution(executionArn=execution, error="E", cause="C")
    stopped = sfn.describe_execution(executionArn=execution)
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "E", "C")
    assert stopped["redriveStatus"] == "REDRIVABLE"
    sfn.redrive_execution(executionArn=execution)
    assert ended(execution)["status"] == "SUCCEEDED"
    fails("ExecutionNotRedrivable", sfn.redrive_execution, executionArn=execution)


def test_express_is_answered_at_once(name):
    arn = machine(name, THREE, type="EXPRESS")
    answer = sync.start_sync_execution(stateMachineArn=arn, input='{"x": 1}')
    assert answer["status"] == "SUCCEEDED", answer
    assert json.loads(answer["output"]) == {"x": 1, "a": {"n": 1}}
    assert answer["billingDetails"]["billedDurationInMilliseconds"] % 100 == 0
    assert ":express:" in sfn.start_execution(stateMachineArn=arn)["executionArn"]
    fails("StateMachineTypeNotSupported", sfn.list_executions, stateMachineArn=arn)


def test_a_distributed_map(name):
    definition = {
        "StartAt": "M",
        "States": {
            "M": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "P",
                    "States": {"P": {"Type": "Pass", "End": True}},
                },
                "End": True,
            }
        },
    }
    execution = sfn.start_execution(stateMachineArn=machine(name, definition), input='{"items": [1, 2, 3]}')["executionArn"]
    assert json.loads(ended(execution)["output"]) == [1, 2, 3]
    (run,) = sfn.list_map_runs(executionArn=execution)["mapRuns"]
    described = sfn.describe_map_run(mapRunArn=run["mapRunArn"])
    assert described["status"] == "SUCCEEDED" and described["itemCounts"]["succeeded"] == 3
    assert len(sfn.list_executions(mapRunArn=run["mapRunArn"])["executions"]) == 3
    types = [event["type"] for event in sfn.get_execution_history(executionArn=execution)["events"]]
    assert "MapRunStarted" in types and "MapRunSucceeded" in types
