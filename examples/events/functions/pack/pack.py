"""Finds a parcel for each order of a batch."""

import json


def handler(messages, context):
    return [packed(json.loads(message["body"])) for message in messages]


def packed(order):
    size = "letter" if order["amount"] < 50 else "box"
    return {**order, "parcel": {"number": f"P-{order['id']}", "size": size}}
