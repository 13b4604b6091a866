// What the default bus hears of connections and API destinations: every change
// of their state.

import type { Transaction } from "../../../core/transaction.ts";
import { ApiDestination, type ApiDestinationState } from "./api-destination.ts";
import { Connection, type ConnectionRecordState } from "./connection.ts";

type ConnectionHappening =
  | "Creation Started"
  | "Update Started"
  | "Deletion Started"
  | "Authorization Started"
  | "Authorized"
  | "Deauthorization Started"
  | "Deauthorized";

export function tellConnection(
  tx: Transaction,
  { name, arn, stateReason }: ConnectionRecordState,
  happening: ConnectionHappening,
): void {
  const reason = stateReason === undefined ? {} : { StateReason: stateReason };
  tell(tx, `Connection ${happening}`, arn, { ConnectionName: name, ...reason });
}

export function tellDestination(tx: Transaction, { name, arn }: ApiDestinationState, active: boolean): void {
  tell(tx, `API Destination ${active ? "Activated" : "Deactivated"}`, arn, { ApiDestinationName: name });
}

function tell(tx: Transaction, detailType: string, arn: string, detail: object): void {
  const Timestamp = `${new Date(tx.now).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
  tx.publish("aws.events", { "detail-type": detailType, resources: [arn], detail: { ...detail, Timestamp } });
}

/** Stores a connection in its new state; its destinations are active as long as it is authorized. */
export async function putConnection(
  tx: Transaction,
  connection: ConnectionRecordState,
  before: ConnectionRecordState | undefined,
): Promise<void> {
  tx.put(Connection, connection);
  if (connection.state === "AUTHORIZING") tellConnection(tx, connection, "Authorization Started");
  if (connection.state === "AUTHORIZED") tellConnection(tx, connection, "Authorized");
  if (connection.state === "DEAUTHORIZED") tellConnection(tx, connection, "Deauthorized");
  const active = connection.state === "AUTHORIZED";
  if (before === undefined || (before.state === "AUTHORIZED") === active) return;
  const { values } = await tx.list(ApiDestination, { index: "connection", prefix: [connection.name] });
  for (const destination of values) tellDestination(tx, destination, active);
}
