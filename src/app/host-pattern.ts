// Matches virtual hosts and path forms of raw data planes: `{urlId}` stands for
// one label of a host, or a part of one, or one segment of a path; `{bucket+}`
// for one label or several. Compiled, since every request is held against every
// pattern.

export type Labels = Readonly<Record<string, string>>;

/**
 * `{urlId}.lambda-url.{region}` matches `abc.lambda-url.us-east-1.localhost`: what
 * follows the pattern must be a domain we serve.
 */
export function hostMatcher(
  pattern: string,
  servedDomain: (domain: string) => boolean,
): (host: string) => Labels | undefined {
  const [literal = ""] = pattern.split(/\{[^}]+\}/).sort((a, b) => b.length - a.length);
  const source = pattern
    .replace(/[.*?^$()|[\]\\]/g, "\\$&")
    .replace(/\{(\w+)(\+?)\}/g, (_all, name, many) => `(?<${name}>${many === "" ? "[^.]+" : ".+"})`);
  const expression = new RegExp(`^${source}\\.(?<domain>.+)$`);
  return (host) => {
    if (!host.includes(literal)) return undefined;
    const { domain, ...labels } = expression.exec(host)?.groups ?? {};
    return domain !== undefined && servedDomain(domain) ? labels : undefined;
  };
}

/** `/_lambda-url/{urlId}` against a path; the label `rest` is what follows, always with its leading slash. */
export function pathMatcher(pattern: string): (path: string) => Labels | undefined {
  const wanted = pattern.slice(1).split("/");
  const literal = pattern.slice(0, Math.max(pattern.indexOf("{"), 0) || pattern.length);
  return (path) => {
    if (!path.startsWith(literal)) return undefined;
    const given = path.slice(1).split("/");
    if (given.length < wanted.length) return undefined;
    const labels = matchParts(wanted, given);
    return labels && { ...labels, rest: `/${given.slice(wanted.length).join("/")}` };
  };
}

function isLabel(part: string): boolean {
  return part.startsWith("{") && part.endsWith("}");
}

function matchParts(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at]!;
    if (isLabel(part)) {
      if (value === "") return undefined;
      labels[part.slice(1, -1)] = value;
    } else if (part !== value) return undefined;
  }
  return labels;
}
