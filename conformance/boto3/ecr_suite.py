"""ECR through boto3: repositories, layers in parts, images, logins."""

import base64
import hashlib
import json

import boto3
from botocore.exceptions import ClientError

ecr = boto3.client("ecr")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def upload(name, content, size=None):
    upload_id = ecr.initiate_layer_upload(repositoryName=name)["uploadId"]
    size = size or len(content)
    for first in range(0, len(content), size):
        part = content[first : first + size]
        ecr.upload_layer_part(
            repositoryName=name, uploadId=upload_id, partFirstByte=first, partLastByte=first + len(part) - 1, layerPartBlob=part
        )
    done = ecr.complete_layer_upload(repositoryName=name, uploadId=upload_id, layerDigests=[digest(content)])
    return {"digest": done["layerDigest"], "size": len(content)}


def test_an_image(name):
    made = ecr.create_repository(repositoryName=name, tags=[{"Key": "a", "Value": "b"}])["repository"]
    assert made["repositoryUri"].endswith(f"/{name}")
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", **upload(name, b"{}")},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", **upload(name, b"layer" * 5000, 9000)}],
        }
    )
    put = ecr.put_image(repositoryName=name, imageManifest=manifest, imageTag="v1")["image"]
    assert put["imageId"] == {"imageDigest": digest(manifest.encode()), "imageTag": "v1"}
    found = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "v1"}])["images"][0]
    assert found["imageManifest"] == manifest
    detail = ecr.describe_images(repositoryName=name)["imageDetails"][0]
    assert (detail["imageTags"], detail["imageSizeInBytes"]) == (["v1"], 25000)
    fails("ImageAlreadyExistsException", ecr.put_image, repositoryName=name, imageManifest=manifest, imageTag="v1")
    fails("ImageNotFoundException", ecr.describe_images, repositoryName=name, imageIds=[{"imageTag": "v2"}])
    fails("LayerAlreadyExistsException", upload, name=name, content=b"{}")
    url = ecr.get_download_url_for_layer(repositoryName=name, layerDigest=digest(b"{}"))["downloadUrl"]
    assert "signature=" in url
    fails("RepositoryNotEmptyException", ecr.delete_repository, repositoryName=name)
    ecr.batch_delete_image(repositoryName=name, imageIds=[{"imageTag": "v1"}])
    ecr.delete_repository(repositoryName=name)
    fails("RepositoryNotFoundException", ecr.list_images, repositoryName=name)


def test_policies(name):
    ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    fails("RepositoryPolicyNotFoundException", ecr.get_repository_policy, repositoryName=name)
    fails("LifecyclePolicyNotFoundException", ecr.get_lifecycle_policy, repositoryName=name)
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 3},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps({"rules": [rule]}))
    assert json.loads(ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]) == {"rules": [rule]}
    fails("InvalidParameterException", ecr.put_lifecycle_policy, repositoryName=name, lifecyclePolicyText=json.dumps({"rules": [{"description": "x" * 100}]}))
    error = fails("InvalidParameterException", ecr.create_repository, repositoryName="No")
    assert error["Error"]["Message"].startswith("Invalid parameter at 'repositoryName' failed to satisfy constraint:")


def test_a_login(name):
    data = ecr.get_authorization_token()["authorizationData"][0]
    assert base64.b64decode(data["authorizationToken"]).startswith(b"AWS:")
    assert data["expiresAt"].year > 2000 and data["proxyEndpoint"].startswith("http")
