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
