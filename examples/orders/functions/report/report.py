"""Answers which orders a customer has: GET <function url>?customer=ann"""

import os

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    customer = (event.get("queryStringParameters") or {}).get("customer")
    if not customer:
        return {"statusCode": 400, "body": "say whose orders: ?customer=ann"}
    answer = table.query(
        IndexName="by-customer",
        KeyConditionExpression=Key("customer").eq(customer),
    )
    print(f"{customer} has {answer['Count']} orders")
    orders = [{"id": item["id"], "amount": float(item["amount"])} for item in answer["Items"]]
    return {"customer": customer, "orders": orders}
