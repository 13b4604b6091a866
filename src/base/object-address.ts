// Addresses of objects in S3, in whichever form: which bucket and key they name.

export interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** `s3://bucket/key`, `https://bucket.s3.region.amazonaws.com/key`, `https://s3.../bucket/key`, and the same at this cloud. */
export function objectOf(url: string, endpoint: string): ObjectName | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  const path = decodeURIComponent(parsed.pathname.slice(1));
  const version = parsed.searchParams.get("versionId");
  const named = (Bucket: string, Key: string): ObjectName | undefined =>
    Bucket === "" || Key === ""
      ? undefined
      : { Bucket, Key, ...(version === null ? {} : { VersionId: version }) };
  if (parsed.protocol === "s3:") return named(parsed.hostname, path);
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return undefined;
  const here = new URL(endpoint || "http://localhost");
  const inPath = (): ObjectName | undefined => {
    const slash = path.indexOf("/");
    return slash < 0 ? undefined : named(path.slice(0, slash), path.slice(slash + 1));
  };
  const host =
    /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.(?:amazonaws\.com(?:\.cn)?|[a-z0-9.-]*localhost[a-z0-9.-]*)$/.exec(
      parsed.hostname,
    );
  if (host !== null) return host[1] === undefined ? inPath() : named(host[1], path);
  const local =
    parsed.hostname === here.hostname || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(parsed.hostname);
  return local ? inPath() : undefined;
}
