"""Reminds readers of what they have, and counts what is out."""

import json
import os

import boto3

loans = boto3.resource("dynamodb").Table(os.environ["LOANS"])


def remind(event, _context):
    for record in event["Records"]:
        book = json.loads(record["body"])["book"]
        loans.update_item(
            Key={"book": book},
            UpdateExpression="ADD reminders :one",
            ExpressionAttributeValues={":one": 1},
        )
        print(f"Reminded of {book}")


def count(_event, _context):
    out = loans.scan(Select="COUNT")["Count"]
    print(f"{out} books are out")
    return {"out": out}
