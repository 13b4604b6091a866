"""DynamoDB through boto3's client and its table resource."""

from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb")
client = dynamodb.meta.client


def table_of(name, **more):
    parameters = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
        **more,
    }
    table = dynamodb.create_table(**parameters)
    table.wait_until_exists()
    return table


def code_of(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_every_type_comes_back_as_it_went_in(name):
    table = table_of(name)
    item = {
        "pk": "a", "sk": Decimal("1"), "s": "é✓", "n": Decimal("123456789012345678901234567890.12345678"),
        "b": b"\x00\xff", "bool": True, "null": None, "list": [1, "a", {"x": []}], "map": {"k": {"deep": Decimal("-0.5")}},
        "ss": {"a", "b"}, "ns": {Decimal(1), Decimal("2.5")}, "bs": {b"1", b"2"},
    }
    table.put_item(Item=item)
    got = table.get_item(Key={"pk": "a", "sk": 1})["Item"]
    assert got["b"].value == b"\x00\xff"
    assert {key: value for key, value in got.items() if key not in ("b", "bs")} == {
        key: value for key, value in item.items() if key not in ("b", "bs")
    }, got


def test_query_pages_in_order(name):
    table = table_of(name)
    with table.batch_writer() as batch:
        for at in range(60):
            batch.put_item(Item={"pk": "p", "sk": at, "even": at % 2 == 0})
    first = table.query(KeyConditionExpression=Key("pk").eq("p") & Key("sk").between(10, 40), Limit=20, ScanIndexForward=False)
    assert [int(item["sk"]) for item in first["Items"]] == list(range(40, 20, -1))
    rest = table.query(
        KeyConditionExpression=Key("pk").eq("p") & Key("sk").between(10, 40), ScanIndexForward=False,
        ExclusiveStartKey=first["LastEvaluatedKey"],
    )
    assert [int(item["sk"]) for item in rest["Items"]] == list(range(20, 9, -1))
    filtered = table.query(KeyConditionExpression=Key("pk").eq("p"), FilterExpression=Attr("even").eq(True))
    assert (filtered["Count"], filtered["ScannedCount"]) == (30, 60)


def test_update_expressions(name):
    table = table_of(name)
    key = {"pk": "a", "sk": 1}
    table.update_item(Key=key, UpdateExpression="SET #c = if_not_exists(#c, :zero) + :one, l = :l",
                      ExpressionAttributeNames={"#c": "count"}, ExpressionAttributeValues={":zero": 0, ":one": 1, ":l": [1]})
    answer = table.update_item(Key=key, UpdateExpression="SET l = list_append(l, :l) ADD tags :t REMOVE nothing",
                               ExpressionAttributeValues={":l": [2, 3], ":t": {"x"}}, ReturnValues="ALL_NEW")
    assert answer["Attributes"] == {"pk": "a", "sk": 1, "count": 1, "l": [1, 2, 3], "tags": {"x"}}
    assert code_of(table.update_item, Key=key, UpdateExpression="SET l = list_append(l, l) REMOVE l[0]") == "ValidationException"


def test_conditions_fail_with_the_old_item_when_asked(name):
    table = table_of(name)
    table.put_item(Item={"pk": "a", "sk": 1, "v": 1})
    try:
        table.put_item(Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists(),
                       ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
        assert error.response["Item"]["v"] == {"N": "1"}
    else:
        raise AssertionError("the condition held")


def test_transactions_are_all_or_nothing(name):
    table_of(name)
    put = {"Put": {"TableName": name, "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}}}}
    check = {"ConditionCheck": {"TableName": name, "Key": {"pk": {"S": "b"}, "sk": {"N": "1"}}, "ConditionExpression": "attribute_exists(pk)"}}
    try:
        client.transact_write_items(TransactItems=[
            {"Put": {"TableName": name, "Item": {"pk": "a", "sk": 1}}},
            {"ConditionCheck": {"TableName": name, "Key": {"pk": "b", "sk": 1}, "ConditionExpression": "attribute_exists(pk)"}},
        ])
    except client.exceptions.TransactionCanceledException as error:
        assert [reason["Code"] for reason in error.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    else:
        raise AssertionError("the transaction went through")
    assert client.scan(TableName=name)["Count"] == 0, (put, check)


def test_indexes_follow_their_table(name):
    table = table_of(
        name,
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": t} for a, t in (("pk", "S"), ("sk", "N"), ("g", "S"))],
        GlobalSecondaryIndexes=[{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "KEYS_ONLY"}}],
    )
    table.put_item(Item={"pk": "a", "sk": 1, "g": "x", "more": "m"})
    table.put_item(Item={"pk": "b", "sk": 1})
    found = table.query(IndexName="by-g", KeyConditionExpression=Key("g").eq("x"))["Items"]
    assert found == [{"pk": "a", "sk": 1, "g": "x"}], found
    table.update_item(Key={"pk": "a", "sk": 1}, UpdateExpression="REMOVE g")
    assert table.query(IndexName="by-g", KeyConditionExpression=Key("g").eq("x"))["Count"] == 0


def test_errors_are_aws_own(name):
    assert code_of(client.get_item, TableName="none", Key={"pk": "a"}) == "ResourceNotFoundException"
    table = table_of(name)
    try:
        table.get_item(Key={"pk": "a"})
    except ClientError as error:
        assert error.response["Error"] == {"Code": "ValidationException", "Message": "The provided key element does not match the schema"}
