"""Keeps who is in which room: the query of the address names both."""

import os

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["CONNECTIONS"])


def handler(event, _context):
    context = event["requestContext"]
    connection = context["connectionId"]
    if context["eventType"] == "CONNECT":
        query = event.get("queryStringParameters") or {}
        if "name" not in query:
            return {"statusCode": 400}
        room = query.get("room", "lobby")
        table.put_item(Item={"room": room, "connectionId": connection, "name": query["name"]})
    else:
        mine = Key("connectionId").eq(connection)
        for item in table.query(IndexName="byConnection", KeyConditionExpression=mine)["Items"]:
            table.delete_item(Key={"room": item["room"], "connectionId": connection})
    return {"statusCode": 200}
