// Platform endpoints: created, listed, changed, deleted; and the topics that
// hear of it.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateEndpointResponse,
  CreatePlatformEndpointInput,
  DeleteEndpointInput,
  GetEndpointAttributesInput,
  GetEndpointAttributesResponse,
  ListEndpointsByPlatformApplicationInput,
  ListEndpointsByPlatformApplicationResponse,
  SetEndpointAttributesInput,
} from "../../../model/generated/sns.d.ts";
import { invalidParameter } from "../faults.ts";
import {
  openApplication,
  PlatformApplication,
  type PlatformApplicationState,
} from "../mobile/platform-application.ts";
import {
  checkEndpointAttributes,
  findEndpoint,
  openEndpoint,
  PlatformEndpoint,
  type PlatformEndpointState,
  shownEndpoint,
} from "../mobile/platform-endpoint.ts";
import { parseArn, Topic } from "../topics/topic.ts";
import { publishToTopic } from "./publish.ts";

const pageSize = 100;

export async function createPlatformEndpoint(
  input: CreatePlatformEndpointInput,
  caller: Transaction,
): Promise<CreateEndpointResponse> {
  const { application, tx } = await openApplication(caller, input.PlatformApplicationArn);
  const { Token: token } = input;
  if (token === "") throw invalidParameter("Token");
  const given = {
    ...input.Attributes,
    ...(input.CustomUserData !== undefined && { CustomUserData: input.CustomUserData }),
  };
  checkEndpointAttributes(given);
  const { platform, name } = application;
  const { values } = await tx.list(PlatformEndpoint, {
    index: "token",
    prefix: [platform, name, token],
    limit: 1,
  });
  const existing = values[0];
  if (existing !== undefined) {
    const shown = shownEndpoint(existing);
    if (Object.entries(given).some(([attribute, value]) => shown[attribute] !== value)) {
      throw invalidParameter(
        "Token",
        `Endpoint ${existing.arn} already exists with the same Token, but different attributes.`,
      );
    }
    return { EndpointArn: existing.arn };
  }
  const id = tx.ids.uuid();
  const arn = `arn:aws:sns:${tx.region}:${tx.account}:endpoint/${platform}/${name}/${id}`;
  const { Token: _token, ...attributes } = given as Record<string, string>;
  tx.put(PlatformEndpoint, { id, arn, platform, application: name, token, attributes });
  await tell(tx, application, "EventEndpointCreated", arn);
  return { EndpointArn: arn };
}

export async function listEndpointsByPlatformApplication(
  input: ListEndpointsByPlatformApplicationInput,
  caller: Transaction,
): Promise<ListEndpointsByPlatformApplicationResponse> {
  const { application, tx } = await openApplication(caller, input.PlatformApplicationArn);
  const { values, cursor } = await tx.list(PlatformEndpoint, {
    prefix: [application.platform, application.name],
    cursor: input.NextToken,
    limit: pageSize,
  });
  return {
    Endpoints: values.map((endpoint) => ({ EndpointArn: endpoint.arn, Attributes: shownEndpoint(endpoint) })),
    NextToken: cursor,
  };
}

export async function getEndpointAttributes(
  { EndpointArn }: GetEndpointAttributesInput,
  tx: Transaction,
): Promise<GetEndpointAttributesResponse> {
  return { Attributes: shownEndpoint(await openEndpoint(tx, EndpointArn)) };
}

export async function setEndpointAttributes(
  { EndpointArn, Attributes }: SetEndpointAttributesInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const endpoint = await openEndpoint(tx, EndpointArn);
  checkEndpointAttributes(Attributes);
  const { Token: token = endpoint.token, ...attributes } = Attributes;
  tx.put(PlatformEndpoint, { ...endpoint, token, attributes: { ...endpoint.attributes, ...attributes } });
  await tell(tx, await applicationOf(tx, endpoint), "EventEndpointUpdated", EndpointArn);
  return {};
}

/** To delete what is not there is no error. */
export async function deleteEndpoint(
  { EndpointArn }: DeleteEndpointInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const endpoint = await findEndpoint(tx, EndpointArn);
  if (endpoint === undefined) return {};
  tx.delete(PlatformEndpoint, endpoint.platform, endpoint.application, endpoint.id);
  await tell(tx, await applicationOf(tx, endpoint), "EventEndpointDeleted", EndpointArn);
  return {};
}

function applicationOf(
  tx: Transaction,
  { platform, application }: PlatformEndpointState,
): Promise<PlatformApplicationState | undefined> {
  return tx.get(PlatformApplication, platform, application);
}

/** An application may name a topic for each of its events; one that is gone hears nothing. */
async function tell(
  caller: Transaction,
  application: PlatformApplicationState | undefined,
  event: string,
  endpointArn: string,
): Promise<void> {
  const topicArn = application?.attributes[event];
  if (application === undefined || !topicArn) return;
  const { place, name } = parseArn(topicArn, event);
  const tx = caller.at(place);
  const topic = await tx.get(Topic, name);
  if (topic === undefined || topic.fifo) return;
  const Message = JSON.stringify({
    EventType: event.replace(/^Event/, ""),
    EndpointArn: endpointArn,
    Resource: application.arn,
    Service: "SNS",
    Time: new Date(tx.now).toISOString(),
  });
  await publishToTopic(tx, topic, {
    Message,
    Subject: `${event.replace(/^Event/, "")} event for app ${application.name} (${application.platform})`,
  });
}
