"""API Gateway's REST APIs through boto3: built by hand, by documents, by patches; deployed, called, metered."""

import datetime
import json
import os
import ssl
import urllib.error
import urllib.request

import boto3
from botocore.exceptions import ClientError

gateway = boto3.client("apigateway")
endpoint = os.environ["AWS_ENDPOINT_URL"]


def fails(code, message, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        found = error.response["Error"]
        assert (found["Code"], found["Message"]) == (code, message), found
        return
    raise AssertionError(f"{code} was expected")


def get(api, path, headers={}):
    request = urllib.request.Request(f"{endpoint}/_execute-api/{api}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def mock_api(name, **method):
    """An API that answers GET / with its stage's variable, deployed to prod."""
    api = gateway.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]})
    place = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**place, authorizationType="NONE", **method)
    gateway.put_method_response(**place, statusCode="200", responseModels={"application/json": "Empty"})
    gateway.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gateway.put_integration_response(
        **place, statusCode="200", responseTemplates={"application/json": '{"color":"$stageVariables.color"}'}
    )
    gateway.create_deployment(restApiId=api["id"], stageName="prod", variables={"color": "red"})
    return api["id"], place


def test_an_api_built_step_by_step_is_shown_deployed_and_called(name):
    api, place = mock_api(name)
    assert get(api, "/prod/") == (200, {"color": "red"})
    found = gateway.get_method(**place)
    assert found["methodIntegration"]["passthroughBehavior"] == "WHEN_NO_MATCH"
    assert found["methodIntegration"]["integrationResponses"]["200"]["statusCode"] == "200"
    items = gateway.get_resources(restApiId=api, embed=["methods"])["items"]
    assert items[0]["resourceMethods"]["GET"]["authorizationType"] == "NONE"
    deployment = gateway.get_deployments(restApiId=api)["items"][0]
    summary = gateway.get_deployment(restApiId=api, deploymentId=deployment["id"], embed=["apisummary"])
    assert summary["apiSummary"]["/"]["GET"] == {"authorizationType": "NONE", "apiKeyRequired": False}
    assert isinstance(deployment["createdDate"], datetime.datetime)
    stage = gateway.update_stage(restApiId=api, stageName="prod", patchOperations=[replace("/variables/color", "blue")])
    assert stage["variables"] == {"color": "blue"}
    assert get(api, "/prod/") == (200, {"color": "blue"})
    gateway.delete_rest_api(restApiId=api)
    fails(
        "NotFoundException",
        f"Invalid API identifier specified 000000000000:{api}",
        gateway.get_rest_api,
        restApiId=api,
    )


def test_lists_are_paged(name):
    api = gateway.create_rest_api(name=name)
    for part in "abcde":
        gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart=part)
    pages = gateway.get_paginator("get_resources").paginate(restApiId=api["id"], PaginationConfig={"PageSize": 2})
    sizes = [len(page["items"]) for page in pages]
    assert sizes == [2, 2, 2], sizes


def test_a_document_is_imported_merged_and_exported(name):
    document = {
        "openapi": "3.0.1",
        "info": {"title": name, "version": "1"},
        "paths": {"/one": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
    }
    api = gateway.import_rest_api(body=json.dumps(document), parameters={"endpointConfigurationTypes": "REGIONAL"})
    assert api["name"] == name and api["endpointConfiguration"]["types"] == ["REGIONAL"]
    document["paths"] = {"/two": document["paths"]["/one"]}
    gateway.put_rest_api(restApiId=api["id"], mode="merge", body=json.dumps(document))
    paths = {each["path"] for each in gateway.get_resources(restApiId=api["id"])["items"]}
    assert paths == {"/", "/one", "/two"}, paths
    gateway.put_rest_api(restApiId=api["id"], mode="overwrite", body=json.dumps(document))
    gateway.create_deployment(restApiId=api["id"], stageName="v1")
    exported = gateway.get_export(
        restApiId=api["id"],
        stageName="v1",
        exportType="oas30",
        parameters={"extensions": "integrations"},
        accepts="application/json",
    )
    assert exported["contentDisposition"].startswith('attachment; filename="oas30_'), exported
    paths = json.loads(exported["body"].read())["paths"]
    assert list(paths) == ["/two"]
    assert paths["/two"]["get"]["x-amazon-apigateway-integration"]["type"] == "mock"
    yaml = gateway.get_export(restApiId=api["id"], stageName="v1", exportType="swagger", accepts="application/yaml")
    assert yaml["body"].read().startswith(b"---\nswagger:")


def test_a_wrong_patch_is_refused_with_the_right_paths(name):
    api = gateway.create_rest_api(name=name)["id"]
    gateway.create_model(restApiId=api, name="Pet", contentType="application/json", schema="{}")
    fails(
        "BadRequestException",
        "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]",
        gateway.update_model,
        restApiId=api,
        modelName="Pet",
        patchOperations=[replace("/name", "Dog")],
    )


def test_keys_and_plans_let_in_count_and_keep_out(name):
    api, _ = mock_api(name, apiKeyRequired=True)
    assert get(api, "/prod/") == (403, {"message": "Forbidden"})
    key = gateway.create_api_key(name=name, enabled=True)
    plan = gateway.create_usage_plan(
        name=name, apiStages=[{"apiId": api, "stage": "prod"}], quota={"limit": 2, "period": "MONTH"}
    )
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    shown = {"x-api-key": key["value"]}
    assert [get(api, "/prod/", shown)[0] for _ in range(3)] == [200, 200, 429]
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    usage = gateway.get_usage(usagePlanId=plan["id"], startDate=today, endDate=today)
    assert usage["items"] == {key["id"]: [[2, 0]]}, usage
    gateway.update_usage(usagePlanId=plan["id"], keyId=key["id"], patchOperations=[replace("/remaining", "1")])
    assert [get(api, "/prod/", shown)[0] for _ in range(2)] == [200, 429]
    fails(
        "BadRequestException",
        f"Cannot delete Usage Plan {plan['id']} because there are API Stages associated with it, including {api}:prod",
        gateway.delete_usage_plan,
        usagePlanId=plan["id"],
    )


def test_keys_are_imported_from_csv(name):
    csv = f"Name,key,Enabled\n{name},{name}{'x' * 20},true\n"
    found = gateway.import_api_keys(body=csv, format="csv", failOnWarnings=True)
    key = gateway.get_api_key(apiKey=found["ids"][0], includeValue=True)
    assert (key["name"], key["value"], key["enabled"]) == (name, f"{name}{'x' * 20}", True)


def test_a_client_certificate_is_one(name):
    certificate = gateway.generate_client_certificate(description=name)
    der = ssl.PEM_cert_to_DER_cert(certificate["pemEncodedCertificate"])
    assert der[0] == 0x30 and len(der) > 500
    lifetime = certificate["expirationDate"] - certificate["createdDate"]
    assert lifetime == datetime.timedelta(days=365), lifetime
    gateway.delete_client_certificate(clientCertificateId=certificate["clientCertificateId"])


def test_a_domain_name_leads_to_a_stage(name):
    api, _ = mock_api(name)
    domain = f"{name}.example.com"
    made = gateway.create_domain_name(
        domainName=domain,
        regionalCertificateArn="arn:aws:acm:us-east-1:000000000000:certificate/one",
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    assert made["regionalHostedZoneId"] == "Z1UJRXOUMOOFQ8" and made["domainNameStatus"] == "AVAILABLE"
    gateway.create_base_path_mapping(domainName=domain, basePath="colors", restApiId=api, stage="prod")
    mapping = gateway.get_base_path_mapping(domainName=domain, basePath="colors")
    assert (mapping["restApiId"], mapping["stage"]) == (api, "prod")
    request = urllib.request.Request(f"{endpoint}/_custom-domain/{domain}/colors/")
    with urllib.request.urlopen(request) as response:
        assert json.loads(response.read()) == {"color": "red"}
    fails(
        "BadRequestException",
        "Please remove all base path mappings related to the API in your account.",
        gateway.delete_rest_api,
        restApiId=api,
    )
    gateway.delete_base_path_mapping(domainName=domain, basePath="colors")
    gateway.delete_domain_name(domainName=domain)


def test_tags_are_those_of_whatever_an_arn_names(name):
    api, _ = mock_api(name)
    for path in [f"restapis/{api}", f"restapis/{api}/stages/prod"]:
        arn = f"arn:aws:apigateway:us-east-1::/{path}"
        gateway.tag_resource(resourceArn=arn, tags={"one": "1", "two": "2"})
        gateway.untag_resource(resourceArn=arn, tagKeys=["one"])
        assert gateway.get_tags(resourceArn=arn)["tags"] == {"two": "2"}
    assert gateway.get_stage(restApiId=api, stageName="prod")["tags"] == {"two": "2"}


def test_every_gateway_response_is_there_from_the_start(name):
    api = gateway.create_rest_api(name=name)["id"]
    items = gateway.get_gateway_responses(restApiId=api)["items"]
    assert len(items) == 21 and all(each["defaultResponse"] for each in items)
    gateway.put_gateway_response(restApiId=api, responseType="THROTTLED", statusCode="420")
    changed = gateway.get_gateway_response(restApiId=api, responseType="THROTTLED")
    assert (changed["statusCode"], changed["defaultResponse"]) == ("420", False)
    gateway.delete_gateway_response(restApiId=api, responseType="THROTTLED")


def test_a_model_becomes_a_template(name):
    api = gateway.create_rest_api(name=name)["id"]
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    gateway.create_model(restApiId=api, name="Pet", contentType="application/json", schema=json.dumps(schema))
    template = gateway.get_model_template(restApiId=api, modelName="Pet")["value"]
    assert template == "#set($inputRoot = $input.path('$'))\n{\n  \"id\" : 42,\n  \"name\" : \"foo\"\n}", template
