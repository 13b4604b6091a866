"""Secrets Manager through boto3: versions, keys, deletion, replicas, pages."""

import json

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


def test_pages_filters_and_passwords(name):
    for at in range(5):
        secrets.create_secret(Name=f"{name}/{at}", SecretString=str(at))
    filters = [{"Key": "name", "Values": [f"{name}/"]}]
    pages = secrets.get_paginator("list_secrets").paginate(Filters=filters, PaginationConfig={"PageSize": 2})
    assert sorted(each["Name"] for page in pages for each in page["SecretList"]) == [f"{name}/{at}" for at in range(5)]
    values = secrets.batch_get_secret_value(Filters=filters)["SecretValues"]
    assert sorted(each["SecretString"] for each in values) == ["0", "1", "2", "3", "4"]
    assert len(secrets.get_random_password(PasswordLength=40)["RandomPassword"]) == 40
