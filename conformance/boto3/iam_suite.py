"""IAM and STS through boto3."""

import json

import boto3
from botocore.exceptions import ClientError

iam = boto3.client("iam")
trust = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
})
permissions = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
})


def client(service, keys):
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
    )


def code_of(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_a_role_is_created_read_and_deleted(name):
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=[{"Key": "a", "Value": "b"}])["Role"]
    assert role["Arn"].endswith(f":role/{name}") and role["RoleId"].startswith("AROA")
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == json.loads(trust)
    assert code_of(iam.put_role_policy, RoleName=name, PolicyName="p", PolicyDocument=trust) == "MalformedPolicyDocument"
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=permissions)
    assert code_of(iam.delete_role, RoleName=name) == "DeleteConflict"
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)
    assert code_of(iam.get_role, RoleName=name) == "NoSuchEntity"


def test_a_users_key_signs_as_that_user_until_it_is_inactive(name):
    iam.create_user(UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    sts = client("sts", keys)
    assert sts.get_caller_identity()["Arn"].endswith(f":user/{name}")
    wrong = client("sts", {**keys, "SecretAccessKey": "wrong"})
    assert code_of(wrong.get_caller_identity) == "SignatureDoesNotMatch"
    iam.update_access_key(UserName=name, AccessKeyId=keys["AccessKeyId"], Status="Inactive")
    assert code_of(sts.get_caller_identity) == "InvalidClientTokenId"


def test_an_assumed_role_has_a_token_that_is_verified(name):
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    arn = iam.get_role(RoleName=name)["Role"]["Arn"]
    keys = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
    assert client("sts", keys).get_caller_identity()["Arn"].endswith(f":assumed-role/{name}/me")
    assert code_of(client("sts", {**keys, "SessionToken": "other"}).get_caller_identity) == "InvalidClientTokenId"


def test_policies_have_versions_and_attachments(name):
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
    assert iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)["PolicyVersion"]["VersionId"] == "v2"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    names = {p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    assert names == {name, "AWSLambdaBasicExecutionRole"}
    assert iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"][0]["RoleName"] == name
    assert code_of(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"


def test_what_is_not_there_yet_says_so_by_name(name):
    assert code_of(boto3.client("batch").list_jobs, jobQueue="q") == "NotImplemented"
    assert code_of(boto3.client("ec2").describe_instances) == "NotImplemented"
    assert code_of(boto3.client("cloudwatch").list_metrics) == "NotImplemented"
    assert code_of(boto3.client("route53").list_hosted_zones) == "NotImplemented"
