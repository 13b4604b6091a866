// Reads the `Host` header: whether it is a name we serve, and what a virtual
// host says (a bucket, a service, a region). A page whose name an attacker
// points at the loopback address must not pass for the user (DNS rebinding).

export interface HostInfo {
  /** Lower-case, without port. */
  readonly name: string;
  /** Loopback, or a name that was configured. */
  readonly served: boolean;
  /** Where URLs that we hand out lead to, virtual labels removed: `localhost:4566`. */
  readonly authority: string;
  /** Of a virtual-hosted bucket. */
  readonly bucket: string | undefined;
  /** The service's label: an endpoint prefix such as `sqs`, `states`, `s3`, `s3-control`. */
  readonly service: string | undefined;
  readonly region: string | undefined;
}

/**
 * Domains below which names are AWS's: `sqs.us-east-1.<domain>`. Of these only
 * amazonaws.com is not ours, but its DNS is AWS's own, which nobody rebinds,
 * and clients behind a proxy setting ask for it.
 */
const wellKnownDomains = [
  "localhost.localstack.cloud",
  "localhost",
  "amazonaws.com.cn",
  "amazonaws.com",
  "api.aws",
];

/** Distinct hosts remembered: virtual-hosted buckets make as many as there are buckets. */
const remembered = 2000;

export class Hosts {
  readonly #domains: readonly string[];
  readonly #known = new Map<string, HostInfo>();

  /** `served`: names or `host:port`s beyond loopback; names below them are served too. */
  constructor(served: readonly string[]) {
    const domains = [...wellKnownDomains, ...served.map((each) => nameOf(each.toLowerCase()))];
    // The longest first, so that `localhost.localstack.cloud` is not read as a name below another.
    this.#domains = domains.filter((each) => each !== "").sort((left, right) => right.length - left.length);
  }

  read(authority: string): HostInfo {
    const known = this.#known.get(authority);
    if (known !== undefined) return known;
    const info = this.#parse(authority.toLowerCase());
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(authority, info);
    return info;
  }

  #parse(authority: string): HostInfo {
    const name = nameOf(authority);
    const plain = { name, authority, bucket: undefined, service: undefined, region: undefined };
    if (name === "" || isLoopbackAddress(name)) return { ...plain, served: true };
    const domain = this.#domainOf(name);
    if (domain === undefined) return { ...plain, served: false };
    // `sync-localhost` has a prefix before the domain itself, and no labels.
    const labels = name.endsWith(`.${domain}`) ? name.slice(0, name.length - domain.length - 1) : "";
    const below = withoutHostPrefix(labels);
    const port = authority.slice(authority.indexOf(":") < 0 ? authority.length : authority.lastIndexOf(":"));
    const aws = domain.startsWith("amazonaws.com") || domain === "api.aws";
    const base = aws ? authority : `${domain}${port}`;
    return { name, served: true, authority: base, ...virtualHost(below) };
  }

  #domainOf(name: string): string | undefined {
    return this.#domains.find(
      (domain) =>
        name === domain || name.endsWith(`.${domain}`) || (hostPrefixOf(name) ?? "") + domain === name,
    );
  }
}

/** Whether an origin's or a host's name is this machine, whatever the DNS says. */
export function isLoopbackName(name: string): boolean {
  return (
    isLoopbackAddress(name) ||
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "localhost.localstack.cloud" ||
    name.endsWith(".localhost.localstack.cloud")
  );
}

function isLoopbackAddress(name: string): boolean {
  return name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The name without port and without the dot at the end. */
export function nameOf(authority: string): string {
  let name = authority;
  if (name.startsWith("[")) return name.slice(0, name.indexOf("]") + 1) || name;
  const colon = name.indexOf(":");
  if (colon >= 0) name = name.slice(0, colon);
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** What the models put before the host of a few operations; it must not hide the name behind it. */
const hostPrefixes = ["sync-", "data-", "stream-", "streaming-", "query-", "tags-", "storage-", "workflows-"];

function hostPrefixOf(name: string): string | undefined {
  return hostPrefixes.find((prefix) => name.startsWith(prefix));
}

function withoutHostPrefix(labels: string): string {
  const prefix = hostPrefixOf(labels);
  // A bucket may well be called `data-lake`.
  if (prefix === undefined || labels.includes(".s3")) return labels;
  return labels.slice(prefix.length);
}

type VirtualHost = Pick<HostInfo, "bucket" | "service" | "region">;

/** Reads `<bucket>.s3.<region>`, `<account>.s3-control.<region>`, `<service>.<region>`. */
function virtualHost(below: string): VirtualHost {
  if (below === "") return { bucket: undefined, service: undefined, region: undefined };
  const labels = below.split(".");
  const last = labels.at(-1)!;
  const region = isRegion(last) ? last : undefined;
  if (region !== undefined) labels.pop();
  if (labels.at(-1) === "dualstack") labels.pop();
  const service = labels.pop();
  if (service === undefined) return { bucket: undefined, service: undefined, region };
  const bucket = labels.join(".");
  if (service === "s3" || service === "s3-accelerate") {
    return { bucket: bucket === "" ? undefined : bucket, service: "s3", region };
  }
  // An access point: `name-123456789012`, with an endpoint of its own or right below the domain.
  if (service === "s3-accesspoint" && bucket !== "") return { bucket, service: "s3", region };
  if (bucket === "" && /^[a-z0-9-]+-\d{12}$/.test(service)) return { bucket: service, service: "s3", region };
  // The form of old regions: `s3-eu-west-1`.
  if (service.startsWith("s3-") && isRegion(service.slice(3))) {
    return { bucket: bucket === "" ? undefined : bucket, service: "s3", region: service.slice(3) };
  }
  return { bucket: undefined, service, region };
}

/**
 * The host of a request that is signed for S3: whatever stands before the domain
 * is then a bucket, as clients write it that only know an endpoint (`bucket.localhost`).
 */
export function ofBucket(host: HostInfo): HostInfo {
  const { name, authority, bucket, service, region } = host;
  if (bucket !== undefined || service === undefined || service === "s3" || service === "s3-control")
    return host;
  if (region !== undefined && service.startsWith("s3")) return host;
  const labels = name.slice(0, -(nameOf(authority).length + 1));
  return labels === "" ? host : { ...host, bucket: labels, service: "s3", region: undefined };
}

function isRegion(label: string): boolean {
  return /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/.test(label);
}
