// The only place that reads environment variables.

export function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}
