// The events of a function, each by its kind, in the order of their names.

import type { Fields } from "../../template/value.ts";
import { isFields } from "../../template/value.ts";
import { httpRoute, restRoute } from "../apis/events.ts";
import { attribute, type Declared, type Expansion } from "../expansion.ts";
import type { Alias } from "../function-version.ts";
import { aboutEvent, refuse } from "../refusal.ts";
import { cognitoEvent, s3Event } from "./amended.ts";
import type { Event, EventNeeds } from "./event.ts";
import { isPull, pullEvent } from "./pull.ts";
import { alexaEvent, iotEvent, logsEvent, snsEvent } from "./push.ts";
import { ruleEvent, scheduleEvent } from "./rule.ts";

const kinds: Readonly<Record<string, (event: Event, needs: EventNeeds) => void>> = {
  AlexaSkill: alexaEvent,
  Api: restRoute,
  CloudWatchEvent: ruleEvent,
  CloudWatchLogs: logsEvent,
  Cognito: cognitoEvent,
  EventBridgeRule: ruleEvent,
  HttpApi: httpRoute,
  IoTRule: iotEvent,
  S3: s3Event,
  Schedule: ruleEvent,
  ScheduleV2: scheduleEvent,
  SNS: snsEvent,
};

export function functionEvents(
  expansion: Expansion,
  owner: Declared,
  called: Fields,
  _alias: Alias | undefined,
): EventNeeds {
  const needs: EventNeeds = { managed: new Set(), policies: [] };
  for (const event of eventsOf(expansion, owner, called)) {
    aboutEvent(event.name, () => {
      const kind = kinds[event.type];
      if (kind !== undefined) kind(event, needs);
      else if (isPull(event.type)) pullEvent(event, needs);
      else unknown(event.type);
    });
  }
  return needs;
}

const machineKinds: Readonly<Record<string, (event: Event) => void>> = {
  Api: restRoute,
  CloudWatchEvent: ruleEvent,
  EventBridgeRule: ruleEvent,
  Schedule: ruleEvent,
  ScheduleV2: scheduleEvent,
};

export function stateMachineEvents(expansion: Expansion, owner: Declared, called: Fields): void {
  for (const event of eventsOf(expansion, owner, called))
    aboutEvent(event.name, () => (machineKinds[event.type] ?? (() => unknown(event.type)))(event));
}

function unknown(type: string): never {
  refuse(`Resource dict has missing or invalid value for key Type. Event Type is: ${type}.`);
}

function eventsOf(expansion: Expansion, owner: Declared, called: Fields): readonly Event[] {
  const given = owner.properties.Events;
  if (given === undefined) return [];
  if (!isFields(given)) refuse("Property 'Events' should be a map.");
  return Object.keys(given)
    .sort()
    .map((name) =>
      aboutEvent(name, (): Event => {
        const event = given[name];
        if (!isFields(event)) refuse("Event should be a map.");
        if (typeof event.Type !== "string")
          refuse("Resource dict has missing or invalid value for key Type. Event Type is: None.");
        return {
          expansion,
          owner,
          name,
          id: `${owner.id}${name}`,
          type: event.Type,
          properties: isFields(event.Properties) ? event.Properties : {},
          called,
          arn:
            expansion.declared.get(String(called.Ref))?.type === "AWS::Serverless::Function"
              ? attribute(String(called.Ref), "Arn")
              : called,
          condition: owner.resource.Condition,
        };
      }),
    );
}
