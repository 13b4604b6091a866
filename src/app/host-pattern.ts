// Matches virtual hosts and path forms of raw data planes: `{urlId}` stands for
// one label of a host or one segment of a path.

export interface HostOrPathMatch {
  readonly labels: Readonly<Record<string, string>>;
}

/** `{urlId}.lambda-url.{region}` against `abc.lambda-url.us-east-1.localhost`: what follows the pattern must be a domain we serve. */
export function matchHost(
  pattern: string,
  host: string,
  servedDomain: (domain: string) => boolean,
): HostOrPathMatch | undefined {
  const wanted = pattern.split(".");
  const given = host.split(".");
  if (given.length <= wanted.length || !servedDomain(given.slice(wanted.length).join("."))) return undefined;
  const labels = matchParts(wanted, given);
  return labels && { labels };
}

/** `/_lambda-url/{urlId}` against a path; `rest` is what follows, always with its leading slash. */
export function matchPath(pattern: string, path: string): HostOrPathMatch | undefined {
  const wanted = pattern.slice(1).split("/");
  const given = path.slice(1).split("/");
  if (given.length < wanted.length) return undefined;
  const labels = matchParts(wanted, given);
  return labels && { labels: { ...labels, rest: `/${given.slice(wanted.length).join("/")}` } };
}

function matchParts(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at]!;
    if (part.startsWith("{") && part.endsWith("}")) {
      if (value === "") return undefined;
      labels[part.slice(1, -1)] = value;
    } else if (part !== value) return undefined;
  }
  return labels;
}
