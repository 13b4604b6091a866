"""KMS through boto3: keys, aliases, encryption, signatures verified by another library."""

import base64
import hashlib

import boto3
from botocore.exceptions import ClientError

kms = boto3.client("kms")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def new_key(**parameters):
    return kms.create_key(**parameters)["KeyMetadata"]["KeyId"]


def test_encrypt_and_decrypt_under_a_context(name):
    key = new_key(Description=name)
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    sealed = kms.encrypt(KeyId=f"alias/{name}", Plaintext=b"secret \x00\xff", EncryptionContext={"a": "b"})
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened["Plaintext"] == b"secret \x00\xff"
    assert opened["KeyId"].endswith(key)
    fails("InvalidCiphertextException", kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"])
    aliases = [page["AliasName"] for part in kms.get_paginator("list_aliases").paginate() for page in part["Aliases"]]
    assert f"alias/{name}" in aliases
    kms.delete_alias(AliasName=f"alias/{name}")


def test_describe_key(name):
    metadata = kms.create_key(Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]
    described = kms.describe_key(KeyId=metadata["Arn"])["KeyMetadata"]
    assert described == metadata
    assert described["KeyState"] == "Enabled" and described["Enabled"] is True
    assert described["EncryptionAlgorithms"] == ["SYMMETRIC_DEFAULT"]
    assert abs(described["CreationDate"].timestamp() - __import__("time").time()) < 60
    assert kms.list_resource_tags(KeyId=metadata["KeyId"])["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
    fails("NotFoundException", kms.describe_key, KeyId="alias/" + name)


def test_signature_is_verified_by_another_library(name):
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec, utils
    except ImportError:
        return
    key = new_key(KeySpec="ECC_SECG_P256K1", KeyUsage="SIGN_VERIFY")
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    digest = hashlib.sha256(b"message").digest()
    signed = kms.sign(KeyId=key, Message=digest, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")
    public.verify(signed["Signature"], digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    fails("KMSInvalidSignatureException", kms.verify, KeyId=key, Message=b"another",
          Signature=signed["Signature"], SigningAlgorithm="ECDSA_SHA_256")


def test_data_keys_and_random(name):
    key = new_key()
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
    assert len(base64.b64encode(kms.generate_random(NumberOfBytes=30)["Plaintext"])) == 40


def test_deletion_and_states(name):
    key = new_key()
    sealed = kms.encrypt(KeyId=key, Plaintext=b"a")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    fails("DisabledException", kms.decrypt, CiphertextBlob=sealed)
    answer = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert answer["KeyState"] == "PendingDeletion"
    fails("KMSInvalidStateException", kms.enable_key, KeyId=key)
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"a"


def test_encrypts_an_s3_object(name):
    s3 = boto3.client("s3")
    key = kms.create_key()["KeyMetadata"]
    s3.create_bucket(Bucket=name)
    put = s3.put_object(Bucket=name, Key="k", Body=b"body", ServerSideEncryption="aws:kms", SSEKMSKeyId=key["KeyId"])
    assert put["SSEKMSKeyId"] == key["Arn"], put
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"body"
    kms.disable_key(KeyId=key["KeyId"])
    fails("KMS.DisabledException", s3.get_object, Bucket=name, Key="k")
    managed = s3.put_object(Bucket=name, Key="m", Body=b"body", ServerSideEncryption="aws:kms")
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"] == managed["SSEKMSKeyId"]
