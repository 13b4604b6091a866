// Every operation that the service has, by AWS's name.

import type { Operations } from "../../../core/service.ts";
import type { Events } from "../../../model/generated/events.d.ts";
import {
  createApiDestination,
  deleteApiDestination,
  describeApiDestination,
  listApiDestinations,
  updateApiDestination,
} from "./api-destinations.ts";
import { createArchive, deleteArchive, describeArchive, listArchives, updateArchive } from "./archives.ts";
import { createEventBus, deleteEventBus, describeEventBus, listEventBuses, updateEventBus } from "./buses.ts";
import {
  createConnection,
  deauthorizeConnection,
  deleteConnection,
  describeConnection,
  listConnections,
  updateConnection,
} from "./connections.ts";
import {
  createEndpoint,
  deleteEndpoint,
  describeEndpoint,
  listEndpoints,
  updateEndpoint,
} from "./endpoints.ts";
import {
  activateEventSource,
  createPartnerEventSource,
  deactivateEventSource,
  deletePartnerEventSource,
  describeEventSource,
  describePartnerEventSource,
  listEventSources,
  listPartnerEventSourceAccounts,
  listPartnerEventSources,
  putPartnerEvents,
} from "./partners.ts";
import { testEventPattern } from "./pattern.ts";
import { putPermission, removePermission } from "./permissions.ts";
import { putEvents } from "./put-events.ts";
import { cancelReplay, describeReplay, listReplays, startReplay } from "./replays.ts";
import {
  deleteRule,
  describeRule,
  disableRule,
  enableRule,
  listRuleNamesByTarget,
  listRules,
  putRule,
} from "./rules.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";
import { listTargetsByRule, putTargets, removeTargets } from "./targets.ts";

export const operations: Operations<Events> = {
  CreateConnection: { waits: createConnection },
  DescribeConnection: describeConnection,
  ListConnections: listConnections,
  UpdateConnection: { waits: updateConnection },
  DeauthorizeConnection: deauthorizeConnection,
  DeleteConnection: deleteConnection,
  CreateApiDestination: createApiDestination,
  DescribeApiDestination: describeApiDestination,
  ListApiDestinations: listApiDestinations,
  UpdateApiDestination: updateApiDestination,
  DeleteApiDestination: deleteApiDestination,
  CreateEventBus: createEventBus,
  DescribeEventBus: describeEventBus,
  ListEventBuses: listEventBuses,
  UpdateEventBus: updateEventBus,
  DeleteEventBus: deleteEventBus,
  PutPermission: putPermission,
  RemovePermission: removePermission,
  PutRule: putRule,
  DescribeRule: describeRule,
  ListRules: listRules,
  ListRuleNamesByTarget: listRuleNamesByTarget,
  EnableRule: enableRule,
  DisableRule: disableRule,
  DeleteRule: deleteRule,
  PutTargets: putTargets,
  ListTargetsByRule: listTargetsByRule,
  RemoveTargets: removeTargets,
  PutEvents: putEvents,
  TestEventPattern: testEventPattern,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  CreateArchive: createArchive,
  DescribeArchive: describeArchive,
  ListArchives: listArchives,
  UpdateArchive: updateArchive,
  DeleteArchive: deleteArchive,
  StartReplay: startReplay,
  DescribeReplay: describeReplay,
  ListReplays: listReplays,
  CancelReplay: cancelReplay,
  CreateEndpoint: createEndpoint,
  DescribeEndpoint: describeEndpoint,
  ListEndpoints: listEndpoints,
  UpdateEndpoint: updateEndpoint,
  DeleteEndpoint: deleteEndpoint,
  CreatePartnerEventSource: createPartnerEventSource,
  DescribePartnerEventSource: describePartnerEventSource,
  ListPartnerEventSources: listPartnerEventSources,
  ListPartnerEventSourceAccounts: listPartnerEventSourceAccounts,
  DeletePartnerEventSource: deletePartnerEventSource,
  PutPartnerEvents: putPartnerEvents,
  DescribeEventSource: describeEventSource,
  ListEventSources: listEventSources,
  ActivateEventSource: activateEventSource,
  DeactivateEventSource: deactivateEventSource,
};
