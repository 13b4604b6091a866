// What an integration said, before anything is made of it.

export interface IntegrationAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Of a mock, which answers by what it was sent. */
  readonly request?: string;
}

export function succeeded({ status }: IntegrationAnswer): boolean {
  return status >= 200 && status < 300;
}
