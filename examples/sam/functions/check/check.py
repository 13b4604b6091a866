"""Whether a reader may have another book."""

import os

import boto3
from boto3.dynamodb.conditions import Attr

loans = boto3.resource("dynamodb").Table(os.environ["LOANS"])


def handler(loan, context):
    lent = Attr("reader").eq(loan["reader"]) & Attr("status").eq("lent")
    count = loans.scan(FilterExpression=lent, Select="COUNT")["Count"]
    print(f"{loan['reader']} has {count} books")
    return {**loan, "allowed": count < int(os.environ["MOST_BOOKS"])}
