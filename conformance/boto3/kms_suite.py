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


def test_lattice_signature_is_verified_by_another_library(name):
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import mldsa  # noqa: F401
    except ImportError:
        return
    key = new_key(KeySpec="ML_DSA_65", KeyUsage="SIGN_VERIFY")
    try:
        public = serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    except UnsupportedAlgorithm:
        return
    signature = kms.sign(KeyId=key, Message=b"message", SigningAlgorithm="ML_DSA_SHAKE_256")["Signature"]
    public.verify(signature, b"message")
    try:
        public.verify(signature, b"another")
    except InvalidSignature:
        return
    raise AssertionError("another message has the same signature")


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


def test_imported_material_rotates(name):
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding
    except ImportError:
        return
    key = new_key(Origin="EXTERNAL")

    def bring(secret, kind):
        parameters = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
        wrapping = serialization.load_der_public_key(parameters["PublicKey"])
        sha256 = hashes.SHA256()
        wrapped = wrapping.encrypt(secret, padding.OAEP(padding.MGF1(sha256), sha256, None))
        kms.import_key_material(KeyId=key, ImportToken=parameters["ImportToken"], EncryptedKeyMaterial=wrapped,
                                ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", ImportType=kind)

    bring(b"1" * 32, "NEW_KEY_MATERIAL")
    sealed = kms.encrypt(KeyId=key, Plaintext=b"a")["CiphertextBlob"]
    bring(b"2" * 32, "NEW_KEY_MATERIAL")
    kms.rotate_key_on_demand(KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"a"
    states = [each["KeyMaterialState"] for each in kms.list_key_rotations(KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]]
    assert states == ["NON_CURRENT", "CURRENT"], states
    if hasattr(kms, "get_key_last_usage"):
        used = kms.get_key_last_usage(KeyId=key)
        assert used["KeyLastUsage"]["Operation"] in ("Encrypt", "Decrypt"), used


def test_replicas_macs_and_shared_secrets(name):
    key = new_key(MultiRegion=True)
    there = boto3.client("kms", region_name="eu-west-1")
    replica = kms.replicate_key(KeyId=key, ReplicaRegion="eu-west-1")["ReplicaKeyMetadata"]
    assert replica["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    sealed = kms.encrypt(KeyId=key, Plaintext=b"a")["CiphertextBlob"]
    assert there.decrypt(CiphertextBlob=sealed)["KeyId"] == replica["Arn"]
    mac = new_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    made = kms.generate_mac(KeyId=mac, Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"]
    assert kms.verify_mac(KeyId=mac, Message=b"m", MacAlgorithm="HMAC_SHA_256", Mac=made)["MacValid"] is True
    fails("KMSInvalidMacException", kms.verify_mac, KeyId=mac, Message=b"n", MacAlgorithm="HMAC_SHA_256", Mac=made)
    sides = [new_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT") for _ in range(2)]
    publics = [kms.get_public_key(KeyId=side)["PublicKey"] for side in sides]
    secrets = {kms.derive_shared_secret(KeyId=sides[at], KeyAgreementAlgorithm="ECDH", PublicKey=publics[1 - at])["SharedSecret"] for at in range(2)}
    assert len(secrets) == 1


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
