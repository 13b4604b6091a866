// Where APIs are reached: AWS's addresses end in amazonaws.com, ours in the
// name and port that this cloud is reached by.

export function apiAddress(
  endpoint: string,
  region: string,
  apiId: string,
  scheme: "http" | "ws" = "http",
): string {
  const { protocol, hostname, port } = new URL(endpoint);
  // An address of numbers has no names below it.
  const domain = /^[\d.:[\]]+$/.test(hostname) ? "localhost" : hostname;
  const secure = protocol === "https:" ? "s" : "";
  return `${scheme}${secure}://${apiId}.execute-api.${region}.${domain}${port === "" ? "" : `:${port}`}`;
}
