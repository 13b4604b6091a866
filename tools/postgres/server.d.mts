// The types of server.mjs.

export interface TestPostgres {
  /** Of the server's first process; another after each restart. */
  readonly pid: number;
  readonly url: string;
  restart(): Promise<void>;
  log(): string;
  stop(): Promise<void>;
}

export function postgresPrograms(): string | undefined;
export function startPostgres(programs: string, settings?: readonly string[]): Promise<TestPostgres>;
