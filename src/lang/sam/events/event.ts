// What every kind of event is given: its id, its properties, and what it is to call.

import type { Fields, Value } from "../../template/value.ts";
import type { Declared, Expansion } from "../expansion.ts";
import { refuse } from "../refusal.ts";

export interface Event {
  readonly expansion: Expansion;
  readonly owner: Declared;
  /** As the template names it. */
  readonly name: string;
  /** The owner's id and the event's: the beginning of what it makes. */
  readonly id: string;
  readonly type: string;
  readonly properties: Fields;
  /** A reference to the function, its alias, or the state machine. */
  readonly called: Fields;
  /** Its ARN: an alias and a state machine are referred to by it anyway. */
  readonly arn: Fields;
  readonly condition: Value | undefined;
}

/** What an event needs of the role of what it calls. */
export interface EventNeeds {
  readonly managed: Set<string>;
  readonly policies: Fields[];
}

export function checkEvent(event: Event, known: readonly string[], required: readonly string[]): void {
  for (const name of Object.keys(event.properties)) {
    if (!known.includes(name))
      refuse(`property ${name} not defined for resource of type ${event.type}`, event.id);
  }
  for (const name of required) {
    if (event.properties[name] === undefined) refuse(`Missing required property '${name}'.`, event.id);
  }
}

/** What lets a service call a function. */
export function permission(called: Value, principal: string, others: Fields = {}): Fields {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: { Action: "lambda:InvokeFunction", FunctionName: called, Principal: principal, ...others },
  };
}
