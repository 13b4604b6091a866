// The address of a cloud, as `--endpoint` gives it.

/** Without a slash at its end; throws for what is no address, before anything is asked of it. */
export function address(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(`Not an address: ${endpoint}. Write http://localhost:4566`);
  }
  return url.href.replace(/\/+$/, "");
}
