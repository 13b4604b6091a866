"""Parameter Store through boto3: versions, labels, encryption, hierarchies, pages."""

import boto3
from botocore.exceptions import ClientError

ssm = boto3.client("ssm")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def test_versions_labels_and_history(name):
    name = f"/suite/{name}/a"
    assert ssm.put_parameter(Name=name, Value="one", Type="String")["Version"] == 1
    assert ssm.put_parameter(Name=name, Value="two", Type="String", Overwrite=True)["Version"] == 2
    error = fails("ParameterAlreadyExists", ssm.put_parameter, Name=name, Value="x", Type="String")
    assert "overwrite option in the request to true" in error["Error"]["Message"]
    ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["live"])
    found = ssm.get_parameter(Name=f"{name}:live")["Parameter"]
    assert (found["Value"], found["Version"], found["Selector"]) == ("one", 1, ":live")
    assert found["ARN"].endswith(f":parameter{name}") and found["LastModifiedDate"].year > 2000
    history = ssm.get_parameter_history(Name=name)["Parameters"]
    assert [(each["Version"], each["Value"], each["Labels"]) for each in history] == [(1, "one", ["live"]), (2, "two", [])]
    answer = ssm.get_parameters(Names=[name, f"{name}:9", "/none"])
    assert [each["Value"] for each in answer["Parameters"]] == ["two"]
    assert sorted(answer["InvalidParameters"]) == sorted([f"{name}:9", "/none"])
    ssm.delete_parameter(Name=name)
    fails("ParameterNotFound", ssm.get_parameter, Name=name)
    fails("ParameterNotFound", ssm.delete_parameter, Name=name)


def test_secure_strings(name):
    ssm.put_parameter(Name=name, Value="hidden", Type="SecureString")
    assert "hidden" not in ssm.get_parameter(Name=name)["Parameter"]["Value"]
    assert ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "hidden"
    assert ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])["Parameters"][0]["KeyId"] == "alias/aws/ssm"
    fails("InvalidKeyId", ssm.put_parameter, Name=f"{name}-b", Value="x", Type="SecureString", KeyId="alias/none")


def test_hierarchies_in_pages(name):
    for each in range(23):
        ssm.put_parameter(Name=f"/{name}/{each:02}", Value=str(each), Type="String")
    ssm.put_parameter(Name=f"/{name}/deeper/one", Value="x", Type="String")
    pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/{name}"))
    assert [len(page["Parameters"]) for page in pages] == [10, 10, 3]
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/{name}", Recursive=True)
    assert sum(len(page["Parameters"]) for page in pages) == 24
    filters = [{"Key": "Path", "Option": "Recursive", "Values": [f"/{name}"]}]
    pages = ssm.get_paginator("describe_parameters").paginate(ParameterFilters=filters, PaginationConfig={"PageSize": 20})
    assert [len(page["Parameters"]) for page in pages] == [20, 4]
    deleted = ssm.delete_parameters(Names=[f"/{name}/00", f"/{name}/none"])
    assert (deleted["DeletedParameters"], deleted["InvalidParameters"]) == ([f"/{name}/00"], [f"/{name}/none"])


def test_refusals(name):
    error = fails("AccessDeniedException", ssm.put_parameter, Name="/aws/x", Value="x", Type="String")
    assert error["Error"]["Message"] == "No access to reserved parameter name: /aws/x."
    fails("ValidationException", ssm.put_parameter, Name="a b", Value="x", Type="String")
    fails("ValidationException", ssm.put_parameter, Name=name, Value="x", Type="Text")
    fails("ValidationException", ssm.put_parameter, Name=name, Value="x" * 4097, Type="String")
    fails("ParameterPatternMismatchException", ssm.put_parameter, Name=name, Value="x", Type="String", AllowedPattern="^[0-9]+$")
    fails("InvalidFilterKey", ssm.describe_parameters, ParameterFilters=[{"Key": "Label", "Values": ["x"]}])
    fails("InvalidResourceId", ssm.list_tags_for_resource, ResourceType="Parameter", ResourceId="none")
    fails("NotImplemented", ssm.list_documents)
