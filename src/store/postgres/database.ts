// The connections of one node: a few that read, one that commits, one that
// listens. A lost connection is replaced at the next use; what was under way on
// it fails with an error that `isPassing` knows.

import pg from "pg";
import { StoreVersionError } from "../errors.ts";
import { laneCount, numberArray, schema, schemaVersion, statements } from "./statements.ts";

const readingConnections = 4;
/** For a statement whose connections fail, before its request is told so. */
export const patienceMilliseconds = 30_000;

export type Connection = pg.PoolClient;

export interface Database {
  /** Statements side by side, each a transaction of its own. */
  readonly reads: pg.Pool;
  readonly commits: pg.Pool;
  /** A connection apart, for its owner to connect, to close and to replace. */
  listener(): pg.Client;
  close(): Promise<void>;
}

export async function openDatabase(url: string): Promise<Database> {
  const settings = (role: string): pg.ClientConfig => ({
    connectionString: url,
    application_name: `cumulet ${role}`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
    // Of a network that swallows everything only a missing answer tells.
    query_timeout: 12_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  const pool = (role: string, max: number): pg.Pool => {
    const made = new pg.Pool({ ...settings(role), max, idleTimeoutMillis: 0, allowExitOnIdle: true });
    // An idle connection that breaks is dropped; who asks next gets a new one.
    made.on("error", () => undefined);
    // One in use tells its user, by the query that fails.
    made.on("connect", (connection) => connection.on("error", () => undefined));
    return made;
  };
  const reads = pool("reads", readingConnections);
  const commits = pool("commits", 1);
  const close = async (): Promise<void> => {
    await Promise.all([reads.end(), commits.end()]);
  };
  try {
    await migrate(commits);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    reads,
    commits,
    listener: () => new pg.Client({ ...settings("listens"), statement_timeout: 0 }),
    close,
  };
}

async function migrate(pool: pg.Pool): Promise<void> {
  const found = await version(pool);
  if (found === schemaVersion) return;
  if (found !== undefined && found > schemaVersion) {
    throw new StoreVersionError(
      `The database was written by a newer version (format ${found}, this program knows ${schemaVersion}).`,
    );
  }
  for (const statement of schema) await twice(() => pool.query(statement));
  const lanes = numberArray(Array.from({ length: laneCount }, (_, at) => at));
  await pool.query(statements.lanes, [lanes]);
  await pool.query("insert into cumulet_format (version) values ($1) on conflict do nothing", [
    schemaVersion,
  ]);
}

async function version(pool: pg.Pool): Promise<number | undefined> {
  try {
    const { rows } = await pool.query<{ version: number | null }>(
      "select max(version) as version from cumulet_format",
    );
    return rows[0]?.version ?? undefined;
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return undefined;
    throw error;
  }
}

/** Nodes that start together create the same table, and all but one may be refused. */
async function twice(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch {
    await create();
  }
}

const undefinedTable = "42P01";

/** The connection was lost, the server restarts or fails over, or it asks to try again. */
export function isPassing(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return passingCodes.test(code) || passingMessages.test(message);
}

// Serialization failures and deadlocks (40), lost connections (08), shutdowns
// (57P), too many connections (53), and the time-out of a statement (57014).
const passingCodes = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT|40|08|57|53)/;
/** What the driver itself says has no code. */
const passingMessages =
  /^(Connection terminated|timeout expired|timeout exceeded|Query read timeout|Client has encountered a connection error)/;
