"""CloudFormation and Cloud Control through boto3: what applications deploy, change and remove."""

import io
import json
import pathlib
import time

import boto3
from botocore.exceptions import ClientError

cloudformation = boto3.client("cloudformation")
cloudcontrol = boto3.client("cloudcontrol")
sqs = boto3.client("sqs")
s3 = boto3.client("s3")
functions = boto3.client("lambda")

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

APPLICATION = """
Parameters:
  Greeting: { Type: String, Default: hello, AllowedPattern: '[a-z]+', ConstraintDescription: only letters }
  Secret: { Type: String, NoEcho: true, Default: hush }
Conditions:
  Polite: !Equals [!Ref Greeting, hello]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: %s
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{ Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Queue.Arn }]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: { Variables: { GREETING: !Ref Greeting, URL: !Ref Queue } }
      Code:
        ZipFile: |
          import os
          def handler(event, context):
              return os.environ["GREETING"] + " " + event["name"]
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn, Enabled: false }
  Queue:
    Type: AWS::SQS::Queue
    Properties: { DelaySeconds: !If [Polite, 1, 2] }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { Subscription: [{ Protocol: sqs, Endpoint: !GetAtt Queue.Arn }] }
  Rule:
    Type: AWS::Events::Rule
    Properties: { EventPattern: { source: [shop] }, Targets: [{ Id: f, Arn: !GetAtt Function.Arn }] }
  Permission:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn }
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"${Function}","End":true}}}'
      DefinitionSubstitutions: { Function: !GetAtt Function.Arn }
Outputs:
  Function: { Value: !Ref Function }
  Queue: { Value: !Ref Queue, Export: { Name: !Sub '${AWS::StackName}-queue' } }
  Machine: { Value: !GetAtt Machine.Arn }
""" % json.dumps(TRUST)


def fails(code, message, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        found = error.response["Error"]
        assert found["Code"] == code and message in found["Message"], found
        return
    raise AssertionError(f"{code} was expected")


def settled(name):
    deadline = time.time() + 60
    while time.time() < deadline:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(0.05)
    raise AssertionError("the stack does not come to rest")


def create(name, template, **more):
    arn = cloudformation.create_stack(
        StackName=name, TemplateBody=template if isinstance(template, str) else json.dumps(template),
        Capabilities=["CAPABILITY_NAMED_IAM"], **more)["StackId"]
    return settled(arn)


def delete(name):
    arn = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=name)
    return settled(arn)


def outputs(stack):
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def test_an_application_is_deployed_runs_changes_and_goes(_name):
    stack = create("application", APPLICATION, Tags=[{"Key": "team", "Value": "shop"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    shown = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert shown == {"Greeting": "hello", "Secret": "****"}, shown
    found = outputs(stack)
    answer = functions.invoke(FunctionName=found["Function"], Payload=json.dumps({"name": "ann"}))
    assert json.loads(answer["Payload"].read()) == "hello ann"
    assert sqs.list_queue_tags(QueueUrl=found["Queue"])["Tags"] == {"team": "shop"}
    cloudformation.update_stack(StackName="application", UsePreviousTemplate=True, Capabilities=["CAPABILITY_IAM"],
                                Parameters=[{"ParameterKey": "Greeting", "ParameterValue": "bye"},
                                            {"ParameterKey": "Secret", "UsePreviousValue": True}])
    assert settled("application")["StackStatus"] == "UPDATE_COMPLETE"
    answer = functions.invoke(FunctionName=found["Function"], Payload=json.dumps({"name": "ann"}))
    assert json.loads(answer["Payload"].read()) == "bye ann"
    attributes = sqs.get_queue_attributes(QueueUrl=found["Queue"], AttributeNames=["DelaySeconds"])["Attributes"]
    assert attributes == {"DelaySeconds": "2"}
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName="application")
    events = [event for page in pages for event in page["StackEvents"]]
    assert events[-1]["ResourceStatusReason"] == "User Initiated"
    assert len({event["EventId"] for event in events}) == len(events)
    assert delete("application")["StackStatus"] == "DELETE_COMPLETE"
    fails("ResourceNotFoundException", "", functions.get_function, FunctionName=found["Function"])
    fails("ValidationError", "Stack with id application does not exist", cloudformation.describe_stacks,
          StackName="application")


def test_waiters_and_change_sets_work_as_the_command_line_uses_them(_name):
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    made = cloudformation.create_change_set(StackName="waited", ChangeSetName="first", ChangeSetType="CREATE",
                                            TemplateBody=template)
    cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"])
    changes = cloudformation.describe_change_set(ChangeSetName=made["Id"])["Changes"]
    assert [change["ResourceChange"]["Action"] for change in changes] == ["Add"]
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    cloudformation.get_waiter("stack_create_complete").wait(StackName="waited", WaiterConfig={"Delay": 1})
    again = cloudformation.create_change_set(StackName="waited", ChangeSetName="second", TemplateBody=template)
    found = cloudformation.describe_change_set(ChangeSetName=again["Id"])
    assert found["Status"] == "FAILED" and "didn't contain changes" in found["StatusReason"], found
    fails("InvalidChangeSetStatus", "cannot be executed", cloudformation.execute_change_set,
          ChangeSetName=again["Id"])
    delete("waited")


def test_failures_say_what_aws_says(_name):
    ok = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}

    def creates(template, code, message, **more):
        body = template if isinstance(template, str) else json.dumps(template)
        fails(code, message, cloudformation.create_stack, StackName="wrong", TemplateBody=body, **more)

    creates({"Resources": {}}, "ValidationError", "At least one Resources member must be defined.")
    creates({"Resources": {"A": {"Type": "AWS::No::Thing"}}}, "ValidationError",
            "Template format error: Unrecognized resource types: [AWS::No::Thing]")
    creates({"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "B"}}}}},
            "ValidationError", "Unresolved resource dependencies [B] in the Resources block of the template")
    creates({"Resources": {"A": {"Type": "AWS::SQS::Queue", "DependsOn": "B"},
                           "B": {"Type": "AWS::SQS::Queue", "DependsOn": "A"}}},
            "ValidationError", "Circular dependency between resources: [A, B]")
    creates(APPLICATION, "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
    creates(APPLICATION, "ValidationError", "Parameter Greeting failed to satisfy constraint: only letters",
            Parameters=[{"ParameterKey": "Greeting", "ParameterValue": "1"}], Capabilities=["CAPABILITY_IAM"])
    creates(ok, "ValidationError", "Parameters: [X] do not exist in the template",
            Parameters=[{"ParameterKey": "X", "ParameterValue": "1"}])
    create("taken", ok)
    fails("AlreadyExistsException", "Stack [taken] already exists", cloudformation.create_stack, StackName="taken",
          TemplateBody=json.dumps(ok))
    fails("ValidationError", "No updates are to be performed.", cloudformation.update_stack, StackName="taken",
          TemplateBody=json.dumps(ok))
    cloudformation.update_termination_protection(StackName="taken", EnableTerminationProtection=True)
    fails("ValidationError", "Stack [taken] cannot be deleted while TerminationProtection is enabled",
          cloudformation.delete_stack, StackName="taken")
    cloudformation.update_termination_protection(StackName="taken", EnableTerminationProtection=False)
    delete("taken")


def test_a_failed_creation_stays_where_it_is_told_to(_name):
    template = {"Resources": {"Good": {"Type": "AWS::SQS::Queue"},
                              "Bad": {"Type": "AWS::SQS::Queue", "DependsOn": "Good",
                                      "Properties": {"DelaySeconds": 9999}}}}
    stack = create("stays", template, OnFailure="DO_NOTHING")
    assert stack["StackStatus"] == "CREATE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to create: [Bad].", stack
    cloudformation.rollback_stack(StackName="stays")
    assert settled("stays")["StackStatus"] == "ROLLBACK_COMPLETE"
    delete("stays")
    arn = cloudformation.create_stack(StackName="leaves", TemplateBody=json.dumps(template),
                                      OnFailure="DELETE")["StackId"]
    assert settled(arn)["StackStatus"] == "DELETE_COMPLETE"


def test_a_stack_policy_protects_resources(_name):
    def template(delay):
        return json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": delay}}}})

    policy = {"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}
    create("protected", template(1), StackPolicyBody=json.dumps(policy))
    cloudformation.update_stack(StackName="protected", TemplateBody=template(2))
    assert settled("protected")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    allow = {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}
    cloudformation.update_stack(StackName="protected", TemplateBody=template(2),
                                StackPolicyDuringUpdateBody=json.dumps(allow))
    assert settled("protected")["StackStatus"] == "UPDATE_COMPLETE"
    delete("protected")


def test_templates_are_looked_at(_name):
    found = cloudformation.validate_template(TemplateBody=APPLICATION)
    assert found["Capabilities"] == ["CAPABILITY_IAM"]
    assert found["CapabilitiesReason"] == "The following resource(s) require capabilities: [AWS::IAM::Role]"
    summary = cloudformation.get_template_summary(TemplateBody=APPLICATION)
    assert "AWS::Lambda::Function" in summary["ResourceTypes"]
    s3.create_bucket(Bucket="cfn-templates")
    body = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Description": "from S3"}
    s3.put_object(Bucket="cfn-templates", Key="a/t.json", Body=io.BytesIO(json.dumps(body).encode()))
    url = s3.meta.endpoint_url + "/cfn-templates/a/t.json"
    arn = cloudformation.create_stack(StackName="by-address", TemplateURL=url)["StackId"]
    assert settled(arn)["Description"] == "from S3"
    assert cloudformation.get_template(StackName="by-address")["TemplateBody"] == body
    delete("by-address")
    fails("ValidationError", "Template format error: unsupported structure", cloudformation.validate_template,
          TemplateBody="text")


def test_a_custom_resource_answers_from_inline_code(_name):
    template = """
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: %s } }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import cfnresponse
          def handler(event, context):
              cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Twice": event["ResourceProperties"]["Word"] * 2}, "word")
  Word: { Type: Custom::Word, Properties: { ServiceToken: !GetAtt Function.Arn, Word: ab } }
Outputs: { Twice: { Value: !GetAtt Word.Twice } }
""" % json.dumps(TRUST)
    stack = create("custom", template)
    assert outputs(stack) == {"Twice": "abab"}, stack
    assert delete("custom")["StackStatus"] == "DELETE_COMPLETE"


def test_resources_of_every_service_are_made_changed_and_removed(_name):
    def count():
        return (len(sqs.list_queues().get("QueueUrls", [])), len(boto3.client("sns").list_topics()["Topics"]),
                len(boto3.client("iam").list_roles()["Roles"]), len(boto3.client("events").list_rules()["Rules"]),
                len(functions.list_functions()["Functions"]), len(boto3.client("dynamodb").list_tables()["TableNames"]))

    templates = pathlib.Path(__file__).parent.parent / "templates"
    for path in sorted(templates.glob("*.yaml")):
        before = count()
        body = path.read_text()
        stack = create(path.stem, body)
        assert stack["StackStatus"] == "CREATE_COMPLETE", why(path.stem)
        made = cloudformation.get_paginator("list_stack_resources").paginate(StackName=path.stem)
        made = [each for page in made for each in page["StackResourceSummaries"]]
        assert all(each["ResourceStatus"] == "CREATE_COMPLETE" and each["PhysicalResourceId"] for each in made), made
        cloudformation.update_stack(StackName=path.stem, UsePreviousTemplate=True,
                                    Capabilities=["CAPABILITY_NAMED_IAM"],
                                    Parameters=[{"ParameterKey": "V", "ParameterValue": "two"}])
        assert settled(path.stem)["StackStatus"] == "UPDATE_COMPLETE", why(path.stem)
        assert delete(path.stem)["StackStatus"] == "DELETE_COMPLETE"
        assert count() == before


def why(name):
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [(each["LogicalResourceId"], each.get("ResourceStatusReason")) for each in events
            if each["ResourceStatus"].endswith("FAILED")]


def test_cloud_control_works_on_the_same_types(_name):
    def wait(event):
        token = event["ProgressEvent"]["RequestToken"]
        cloudcontrol.get_waiter("resource_request_success").wait(RequestToken=token, WaiterConfig={"Delay": 1})
        return cloudcontrol.get_resource_request_status(RequestToken=token)["ProgressEvent"]

    state = json.dumps({"QueueName": "controlled", "DelaySeconds": 1})
    made = wait(cloudcontrol.create_resource(TypeName="AWS::SQS::Queue", DesiredState=state))
    identifier = made["Identifier"]
    patch = json.dumps([{"op": "replace", "path": "/DelaySeconds", "value": 4}])
    wait(cloudcontrol.update_resource(TypeName="AWS::SQS::Queue", Identifier=identifier, PatchDocument=patch))
    found = cloudcontrol.get_resource(TypeName="AWS::SQS::Queue", Identifier=identifier)
    assert json.loads(found["ResourceDescription"]["Properties"])["DelaySeconds"] == 4
    wait(cloudcontrol.delete_resource(TypeName="AWS::SQS::Queue", Identifier=identifier))
    fails("ResourceNotFoundException", "was not found", cloudcontrol.get_resource, TypeName="AWS::SQS::Queue",
          Identifier=identifier)


def test_custom_resources_answer_as_libraries_of_their_own_do(_name):
    # What the CDK's providers and crhelper do: HTTPS, whatever the address says.
    template = """
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: %s } }
  Node:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          const https = require("https");
          const url = require("url");
          exports.handler = (event) => new Promise((resolve, reject) => {
            const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
            const answer = { Status: "SUCCESS", PhysicalResourceId: "n", Data: { From: "node" } };
            const body = JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId });
            const { hostname, path } = url.parse(ResponseURL);
            const headers = { "content-type": "", "content-length": Buffer.byteLength(body, "utf8") };
            const request = https.request({ hostname, path, method: "PUT", headers }, resolve);
            request.on("error", reject);
            request.end(body);
          });
  Python:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          import json
          from http.client import HTTPSConnection
          from urllib.parse import urlsplit
          def handler(event, context):
              url = urlsplit(event["ResponseURL"])
              connection = HTTPSConnection(url.netloc)
              answer = {"Status": "SUCCESS", "PhysicalResourceId": "p", "Data": {"From": "python"}}
              answer.update((key, event[key]) for key in ("StackId", "RequestId", "LogicalResourceId"))
              connection.request("PUT", url.path + "?" + url.query, json.dumps(answer))
              connection.getresponse()
  One: { Type: Custom::One, Properties: { ServiceToken: !GetAtt Node.Arn } }
  Two: { Type: Custom::Two, Properties: { ServiceToken: !GetAtt Python.Arn } }
Outputs: { One: { Value: !GetAtt One.From }, Two: { Value: !GetAtt Two.From } }
""" % json.dumps(TRUST)
    stack = create("libraries", template)
    assert outputs(stack) == {"One": "node", "Two": "python"}, why("libraries")
    assert delete("libraries")["StackStatus"] == "DELETE_COMPLETE"


def test_a_macro_is_a_function_that_rewrites_templates(_name):
    macro = """
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: %s } }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          def handler(event, context):
              delay = int(event["params"].get("Delay", event["templateParameterValues"].get("Delay", 0)))
              fragment = event["fragment"]
              if "Resources" in fragment:
                  for each in fragment["Resources"].values():
                      each.setdefault("Properties", {})["DelaySeconds"] = delay
              else:
                  fragment = {"DelaySeconds": delay}
              return {"requestId": event["requestId"], "status": "success", "fragment": fragment}
  Macro: { Type: AWS::CloudFormation::Macro, Properties: { Name: Delayed, FunctionName: !GetAtt Function.Arn } }
""" % json.dumps(TRUST)
    assert create("macro", macro)["StackStatus"] == "CREATE_COMPLETE", why("macro")
    queue = {"Type": "AWS::SQS::Queue"}
    inner = {"Type": "AWS::SQS::Queue",
             "Properties": {"Fn::Transform": {"Name": "Delayed", "Parameters": {"Delay": "3"}}}}
    capabilities = ["CAPABILITY_AUTO_EXPAND"]

    def deploy(name, template, **more):
        arn = cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template),
                                          Capabilities=capabilities, **more)["StackId"]
        stack = settled(arn)
        assert stack["StackStatus"] == "CREATE_COMPLETE", why(name)
        url = cloudformation.describe_stack_resources(StackName=arn)["StackResources"][0]["PhysicalResourceId"]
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"]["DelaySeconds"]

    whole = {"Transform": "Delayed", "Parameters": {"Delay": {"Type": "Number"}}, "Resources": {"Q": queue}}
    assert deploy("whole", whole, Parameters=[{"ParameterKey": "Delay", "ParameterValue": "7"}]) == "7"
    assert deploy("inner", {"Resources": {"Q": inner}}) == "3"
    fails("InsufficientCapabilitiesException", "CAPABILITY_AUTO_EXPAND", cloudformation.create_stack,
          StackName="unasked", TemplateBody=json.dumps({"Resources": {"Q": inner}}))
    for name in ("whole", "inner", "macro"):
        delete(name)


def test_what_exists_is_imported_and_its_drift_is_found(_name):
    url = sqs.create_queue(QueueName="found", Attributes={"DelaySeconds": "3"})["QueueUrl"]
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Delete",
                                    "Properties": {"QueueName": "found", "DelaySeconds": 3}}}}
    summary = cloudformation.get_template_summary(TemplateBody=json.dumps(template))["ResourceIdentifierSummaries"]
    assert summary == [{"ResourceType": "AWS::SQS::Queue", "LogicalResourceIds": ["Q"],
                        "ResourceIdentifiers": ["QueueUrl"]}], summary
    made = cloudformation.create_change_set(
        StackName="importing", ChangeSetName="c", ChangeSetType="IMPORT", TemplateBody=json.dumps(template),
        ResourcesToImport=[{"ResourceType": "AWS::SQS::Queue", "LogicalResourceId": "Q",
                            "ResourceIdentifier": {"QueueUrl": url}}])
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    cloudformation.get_waiter("stack_import_complete").wait(StackName="importing", WaiterConfig={"Delay": 1})

    def detect():
        detection = cloudformation.detect_stack_drift(StackName="importing")["StackDriftDetectionId"]
        deadline = time.time() + 60
        while time.time() < deadline:
            found = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
            if found["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                return found["StackDriftStatus"]
            time.sleep(0.05)

    assert detect() == "IN_SYNC"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "9"})
    assert detect() == "DRIFTED"
    drifts = cloudformation.describe_stack_resource_drifts(StackName="importing")["StackResourceDrifts"]
    assert drifts[0]["PropertyDifferences"] == [{"PropertyPath": "/DelaySeconds", "ExpectedValue": "3",
                                                 "ActualValue": "9", "DifferenceType": "NOT_EQUAL"}], drifts
    delete("importing")
    fails("AWS.SimpleQueueService.NonExistentQueue", "", sqs.get_queue_url, QueueName="found")


def test_change_sets_reach_into_nested_stacks(_name):
    s3.create_bucket(Bucket="cfn-nested")

    def put(delay):
        body = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": delay}}}}
        s3.put_object(Bucket="cfn-nested", Key="inner.json", Body=json.dumps(body).encode())

    url = s3.meta.endpoint_url + "/cfn-nested/inner.json"
    outer = json.dumps({"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack",
                                                "Properties": {"TemplateURL": url}}}})

    def propose(name, kind):
        made = cloudformation.create_change_set(StackName="nesting", ChangeSetName=name, ChangeSetType=kind,
                                                TemplateBody=outer, IncludeNestedStacks=True)["Id"]
        cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=made)
        change = cloudformation.describe_change_set(ChangeSetName=made)["Changes"][0]["ResourceChange"]
        inner = cloudformation.describe_change_set(ChangeSetName=change["ChangeSetId"])
        assert inner["RootChangeSetId"] == inner["ParentChangeSetId"] == made
        cloudformation.execute_change_set(ChangeSetName=made)
        assert settled("nesting")["StackStatus"].endswith("E_COMPLETE"), why("nesting")
        return [each["ResourceChange"]["Action"] for each in inner["Changes"]]

    put(1)
    assert propose("first", "CREATE") == ["Add"]
    put(2)
    assert propose("second", "UPDATE") == ["Modify"]
    delete("nesting")
