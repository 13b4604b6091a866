"""Secrets Manager through boto3: versions, keys, deletion, replicas, pages."""

import io
import json
import time
import zipfile

import boto3
from botocore.exceptions import ClientError

secrets = boto3.client("secretsmanager")
kms = boto3.client("kms")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def test_versions_and_labels(name):
    made = secrets.create_secret(Name=f"{name}/db", SecretString=json.dumps({"user": "ann"}), Tags=[{"Key": "a", "Value": "b"}])
    assert made["ARN"].rsplit("-", 1)[0].endswith(f":secret:{name}/db")
    put = secrets.put_secret_value(SecretId=made["ARN"], SecretBinary=b"\x00\xff")
    value = secrets.get_secret_value(SecretId=f"{name}/db")
    assert value["SecretBinary"] == b"\x00\xff" and value["VersionStages"] == ["AWSCURRENT"]
    assert value["VersionId"] == put["VersionId"]
    before = secrets.get_secret_value(SecretId=f"{name}/db", VersionStage="AWSPREVIOUS")
    assert json.loads(before["SecretString"]) == {"user": "ann"}
    described = secrets.describe_secret(SecretId=f"{name}/db")
    assert described["VersionIdsToStages"] == {made["VersionId"]: ["AWSPREVIOUS"], put["VersionId"]: ["AWSCURRENT"]}
    assert described["Tags"] == [{"Key": "a", "Value": "b"}]
    error = fails("ResourceNotFoundException", secrets.get_secret_value, SecretId=name)
    assert error["Error"]["Message"] == "Secrets Manager can't find the specified secret."
    fails("ResourceExistsException", secrets.create_secret, Name=f"{name}/db", SecretString="x")


def test_a_key_of_ones_own(name):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name=name, SecretString="s", KmsKeyId=key)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "s"
    kms.disable_key(KeyId=key)
    fails("DecryptionFailure", secrets.get_secret_value, SecretId=name)


def test_deletion_and_replicas(name):
    there = boto3.client("secretsmanager", region_name="eu-west-1")
    secrets.create_secret(Name=name, SecretString="s", AddReplicaRegions=[{"Region": "eu-west-1"}])
    assert there.get_secret_value(SecretId=name)["SecretString"] == "s"
    fails("InvalidRequestException", secrets.delete_secret, SecretId=name)
    secrets.remove_regions_from_replication(SecretId=name, RemoveReplicaRegions=["eu-west-1"])
    fails("ResourceNotFoundException", there.get_secret_value, SecretId=name)
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    fails("InvalidRequestException", secrets.get_secret_value, SecretId=name)
    secrets.restore_secret(SecretId=name)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "s"
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    fails("ResourceNotFoundException", secrets.describe_secret, SecretId=name)


rotator = """
import boto3
secrets = boto3.client("secretsmanager")
def handler(event, context):
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    stages = secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]
    assert "AWSPENDING" in stages[token]
    if step == "createSecret":
        secrets.put_secret_value(SecretId=arn, ClientRequestToken=token, SecretString="rotated", VersionStages=["AWSPENDING"])
    elif step == "finishSecret":
        current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
        secrets.update_secret_version_stage(
            SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current)
"""


def test_a_function_rotates_a_secret(name):
    functions = boto3.client("lambda")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("rotator.py", rotator)
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    iam = boto3.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}
    iam.put_role_policy(RoleName=name, PolicyName="rotate",
                        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    function = functions.create_function(FunctionName=name, Runtime="python3.12", Handler="rotator.handler", Role=role,
                                         Code={"ZipFile": package.getvalue()}, Timeout=30)["FunctionArn"]
    secrets.create_secret(Name=name, SecretString="one")
    rotation = {"SecretId": name, "RotationLambdaARN": function, "RotationRules": {"AutomaticallyAfterDays": 30}}
    fails("AccessDeniedException", secrets.rotate_secret, **rotation)
    functions.add_permission(FunctionName=name, StatementId="s", Action="lambda:InvokeFunction",
                             Principal="secretsmanager.amazonaws.com")
    secrets.rotate_secret(**rotation)
    deadline = time.time() + 30
    while "LastRotatedDate" not in (described := secrets.describe_secret(SecretId=name)) and time.time() < deadline:
        time.sleep(0.05)
    assert "LastRotatedDate" in described, described
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "rotated"
    assert secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "one"


def test_pages_filters_and_passwords(name):
    for at in range(5):
        secrets.create_secret(Name=f"{name}/{at}", SecretString=str(at))
    filters = [{"Key": "name", "Values": [f"{name}/"]}]
    pages = secrets.get_paginator("list_secrets").paginate(Filters=filters, PaginationConfig={"PageSize": 2})
    assert sorted(each["Name"] for page in pages for each in page["SecretList"]) == [f"{name}/{at}" for at in range(5)]
    values = secrets.batch_get_secret_value(Filters=filters)["SecretValues"]
    assert sorted(each["SecretString"] for each in values) == ["0", "1", "2", "3", "4"]
    assert len(secrets.get_random_password(PasswordLength=40)["RandomPassword"]) == 40
