// Amazon EventBridge: buses, rules that match what passes on them, and the
// targets it goes to. What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Events } from "../../model/generated/events.d.ts";
import { observeCall } from "./api-calls/observe.ts";
import { Archive, Replay } from "./archives/archive.ts";
import { expireArchive, runReplay } from "./archives/replay.ts";
import { Bus } from "./buses/bus.ts";
import { Endpoint } from "./buses/endpoint.ts";
import { EventSource, expireEventSource, PartnerSource } from "./buses/event-source.ts";
import { deliverEvents } from "./delivery/deliver.ts";
import { ApiDestination } from "./http/api-destination.ts";
import { authorizeConnection } from "./http/authorization.ts";
import { Connection } from "./http/connection.ts";
import { connectionTarget } from "./http/connection-target.ts";
import { forgetSecret } from "./http/secret.ts";
import { apiDestinationTarget } from "./http/send.ts";
import { events } from "./model.ts";
import { operations } from "./operations/table.ts";
import { overhear } from "./overhear.ts";
import {
  apiDestinationType,
  archiveType,
  connectionType,
  eventBusPolicyType,
  eventBusType,
} from "./resource-types/bus.ts";
import { endpointType } from "./resource-types/endpoint.ts";
import { ruleType } from "./resource-types/rule.ts";
import { Rule } from "./rules/rule.ts";
import { tick } from "./rules/schedule.ts";
import { busTarget } from "./target.ts";

export default defineService<Events>({
  model: events,
  resourceTypes: [
    ruleType,
    apiDestinationType,
    archiveType,
    connectionType,
    endpointType,
    eventBusPolicyType,
    eventBusType,
  ],
  resources: [Bus, Rule, Archive, Replay, Endpoint, EventSource, PartnerSource, Connection, ApiDestination],
  operations,
  jobs: [deliverEvents, tick, runReplay, expireArchive, authorizeConnection, forgetSecret, expireEventSource],
  overhears: overhear,
  observes: observeCall,
  targets: [busTarget, apiDestinationTarget, connectionTarget],
});
