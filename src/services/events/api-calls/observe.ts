// "AWS API Call via CloudTrail": the event of each call, on the default bus of
// the account and region where it was made.

import type { Observer } from "../../../core/service.ts";
import { defaultBus } from "../buses/bus.ts";
import { eventText, eventValue } from "../delivery/event.ts";
import { routeEvent } from "../delivery/route.ts";
import { callDetail, isReadOnly } from "./call-event.ts";
import { apiCallType } from "./interest.ts";

/** Calls that EventBridge itself makes to deliver: telling of them would never end. */
const ownAgent = "events.amazonaws.com";

export const observeCall: Observer = async (record, tx) => {
  const { call } = record;
  if (call.userAgent === ownAgent || call.principal.service === ownAgent) return;
  const id = tx.ids.uuid();
  const { prefix, detail } = callDetail(record, id, tx.now);
  const event = {
    id,
    detailType: apiCallType,
    source: `aws.${prefix}`,
    account: call.account,
    time: tx.now,
    region: call.region,
    resources: [],
    detail: JSON.stringify(detail),
  };
  await routeEvent(tx, defaultBus, {
    text: eventText(event),
    value: eventValue(event, detail),
    readOnlyCall: isReadOnly(call.operation),
  });
};
