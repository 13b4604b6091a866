// The one way into an operation: find the service, check the input against its
// model, authorize, run, record. The wire, other services and tests all come
// through here.

import { validationMessage, validator } from "../model/validate.ts";
import type { Activity } from "./activity.ts";
import { askedAfter } from "./after-call.ts";
import { type Authorizer, namedResource } from "./authorize.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { Fault, notImplemented } from "./fault.ts";
import { accident, type Log } from "./log.ts";
import { OnceRecord } from "./once.ts";
import type { Place } from "./place.ts";
import { plainOutput } from "./plain-output.ts";
import { ConflictError } from "./ports/store.ts";
import type { Registry } from "./registry.ts";
import type { ServiceDefinition } from "./service.ts";
import { type CallInfo, CursorError, type Transaction } from "./transaction.ts";
import type { Waiting } from "./waiting.ts";
import type { Signalling } from "./waiting-context.ts";

/** What is known of a call when it is over: for the log, audit, metrics and traces. */
export interface CallRecord {
  readonly call: Call;
  /** Undefined where it succeeded. */
  readonly error: unknown;
  readonly output: object | undefined;
  readonly milliseconds: number;
}

export interface DispatchServices {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Undefined where every authenticated call is allowed. */
  readonly authorize: Authorizer | undefined;
  readonly log: Log;
  /** Called after every call, before the answer; must not throw. */
  readonly observers: readonly ((record: CallRecord) => void)[];
  transact<T>(place: Place, info: CallInfo, body: (tx: Transaction) => Promise<T>): Promise<T>;
  waiting(place: Place, info: CallInfo, caller: Signalling): Waiting;
}

/** An operation made ready at its first call. */
interface Prepared {
  readonly definition: ServiceDefinition;
  readonly action: string;
  readonly validate: ((input: object) => readonly string[]) | undefined;
  readonly write: ((input: object, tx: Transaction) => Promise<object>) | undefined;
  readonly wait: ((input: object, ctx: Waiting) => Promise<object>) | undefined;
}

export class Dispatch {
  readonly #services: DispatchServices;
  readonly #prepared = new Map<string, Map<string, Prepared>>();

  constructor(services: DispatchServices) {
    this.#services = services;
  }

  async dispatch(call: Call): Promise<object> {
    const { activity, clock, observers } = this.#services;
    const began = clock.monotonic();
    let output: object | undefined;
    let error: unknown;
    activity.enter();
    try {
      output = await this.#run(call);
      return output;
    } catch (thrown) {
      error = this.#asFault(call, thrown);
      throw error;
    } finally {
      activity.leave();
      const record = { call, error, output, milliseconds: clock.monotonic() - began };
      for (const observe of observers) observe(record);
      const asked = askedAfter(call);
      if (asked !== undefined) {
        const ctx = this.#services.waiting(call, call, call);
        for (const todo of asked) ctx.afterwards((beside) => todo(record, beside));
      }
    }
  }

  /** A call that another node of this cloud has let in: it is neither authorized nor recorded again. */
  async perform(call: Call): Promise<object> {
    try {
      const { write, wait } = await this.#prepare(call);
      const { transact, waiting } = this.#services;
      if (write !== undefined) return await transact(call, call, (tx) => write(call.input, tx));
      return await wait!(call.input, waiting(call, call, call));
    } catch (thrown) {
      throw this.#asFault(call, thrown);
    }
  }

  async #run(call: Call): Promise<object> {
    const { definition, action, validate, write, wait } =
      this.#prepared.get(call.service)?.get(call.operation) ?? (await this.#prepare(call));
    const failures = validate?.(call.input);
    if (failures !== undefined && failures.length > 0) {
      if (definition.validationFault !== undefined) throw definition.validationFault(call, failures);
      const message = (definition.validationMessage ?? validationMessage)(failures);
      throw new Fault(call.service, validationCode(definition), message);
    }
    const { authorize } = this.#services;
    if (authorize !== undefined) {
      await authorize({ call, action, resource: namedResource(definition.resources, call) });
    }
    const { transact, waiting } = this.#services;
    if (call.once !== undefined) return this.#runOnce(call, call.once, write, wait);
    if (write !== undefined) return transact(call, call, (tx) => write(call.input, tx));
    return wait!(call.input, waiting(call, call, call));
  }

  /** The output is kept in the transaction that does the work, or as soon as an operation that waits is over. */
  async #runOnce(
    call: Call,
    name: string,
    write: Prepared["write"],
    wait: Prepared["wait"],
  ): Promise<object> {
    const { transact, waiting, registry } = this.#services;
    const shape = registry.loaded(call.service)?.model.load().operations.get(call.operation)?.output;
    const kept = (tx: Transaction) => tx.get(OnceRecord, name);
    const keep = (tx: Transaction, output: object): void =>
      tx.put(OnceRecord, { name, output: plainOutput(shape, output) });
    if (write !== undefined) {
      return transact(call, call, async (tx) => {
        const before = await kept(tx);
        if (before !== undefined) return before.output;
        const output = await write(call.input, tx);
        keep(tx, output);
        return output;
      });
    }
    const before = await transact(call, call, kept);
    if (before !== undefined) return before.output;
    const output = await wait!(call.input, waiting(call, call, call));
    await transact(call, call, async (tx) => keep(tx, output));
    return output;
  }

  async #prepare(call: Call): Promise<Prepared> {
    const { service, operation } = call;
    const definition =
      this.#services.registry.loaded(service) ?? (await this.#services.registry.load(service));
    const handler = definition?.operations[operation];
    if (definition === undefined || handler === undefined)
      throw notImplemented(service, `${service}:${operation}`);
    const model = definition.model.load();
    const operationModel = model.operations.get(operation);
    if (operationModel === undefined) {
      throw new Fault(
        service,
        "UnknownOperationException",
        `The operation ${operation} is not in the model of ${service}.`,
      );
    }
    const run = handler as
      | ((input: object, tx: Transaction) => Promise<object>)
      | { readonly waits: (input: object, ctx: Waiting) => Promise<object> };
    const prepared: Prepared = {
      definition,
      action: `${model.signingName}:${definition.actions?.[operation] ?? operation}`,
      validate: operationModel.input === undefined ? undefined : validator(operationModel.input),
      write: typeof run === "function" ? run : undefined,
      wait: typeof run === "function" ? undefined : run.waits,
    };
    const ofService = this.#prepared.get(service) ?? new Map<string, Prepared>();
    ofService.set(operation, prepared);
    this.#prepared.set(service, ofService);
    return prepared;
  }

  /** What leaves dispatch is a fault; an accident is logged here with its stack, and the caller learns only that it happened. */
  #asFault(call: Call, thrown: unknown): Fault {
    if (thrown instanceof Fault) return thrown;
    const { service, operation, requestId } = call;
    const definition = this.#services.registry.loaded(service);
    if (thrown instanceof CursorError && definition !== undefined) {
      return new Fault(service, definition.cursorError ?? validationCode(definition), thrown.message);
    }
    if (thrown instanceof ConflictError) {
      return new Fault(
        service,
        "ServiceUnavailable",
        "Too many concurrent changes to the same resource. Try again.",
        {
          status: 503,
        },
      );
    }
    this.#services.log({
      level: "error",
      event: "fault",
      service,
      operation,
      requestId,
      ...accident(thrown),
    });
    return new Fault(
      service,
      "InternalFailure",
      `The request processing has failed because of an unknown error. Request id: ${requestId}.`,
      {
        status: 500,
      },
    );
  }
}

function validationCode(definition: ServiceDefinition): string {
  if (definition.validationError !== undefined) return definition.validationError;
  const { protocols } = definition.model.load();
  return protocols[0] === "query" || protocols[0] === "ec2" ? "ValidationError" : "ValidationException";
}
