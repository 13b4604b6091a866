"""The `context` argument of a handler, with the attributes of AWS's own."""

import os
import time


class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]

    def __init__(self, values):
        self.cognito_identity_id = values.get("cognitoIdentityId")
        self.cognito_identity_pool_id = values.get("cognitoIdentityPoolId")


class Client:
    __slots__ = [
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    ]


class ClientContext:
    __slots__ = ["custom", "env", "client"]


class LambdaContext:
    def __init__(self, header, identity, client_context):
        self.aws_request_id = header["requestId"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = header["invokedArn"]
        self.tenant_id = None
        self.client_context = _client_context(client_context)
        self.identity = CognitoIdentity(identity or {})
        self._epoch_deadline_time_in_ms = header["deadline"]

    def get_remaining_time_in_millis(self):
        return max(int(self._epoch_deadline_time_in_ms - time.time() * 1000), 0)

    def __repr__(self):
        return "LambdaContext([%s])" % ",".join("%s=%s" % item for item in vars(self).items())


def _client_context(values):
    if not values:
        return None
    context = ClientContext()
    context.custom = values.get("custom")
    context.env = values.get("env")
    client = values.get("client")
    if client is None:
        context.client = None
        return context
    context.client = Client()
    for name in Client.__slots__:
        setattr(context.client, name, client.get(name))
    return context
