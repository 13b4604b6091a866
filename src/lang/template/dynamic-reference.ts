// Dynamic references: `{{resolve:ssm:name:1}}` and its kin, which stand in text
// and are looked up when a resource is made.

export interface DynamicReference {
  /** As written, braces and all. */
  readonly text: string;
  readonly service: "ssm" | "ssm-secure" | "secretsmanager";
  /** What follows the service, parted at colons. */
  readonly parts: readonly string[];
}

const pattern = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

export function dynamicReferences(value: unknown): readonly DynamicReference[] {
  const found = new Map<string, DynamicReference>();
  visit(value, (text) => {
    for (const [whole, service, rest = ""] of text.matchAll(pattern))
      found.set(whole, {
        text: whole,
        service: service as DynamicReference["service"],
        parts: partsOf(rest),
      });
    return text;
  });
  return [...found.values()];
}

/** An ARN's own colons do not part anything. */
function partsOf(rest: string): readonly string[] {
  if (!rest.startsWith("arn:")) return rest.split(":");
  const parts = rest.split(":");
  return [parts.slice(0, 7).join(":"), ...parts.slice(7)];
}

/** The value with each reference replaced. */
export function withResolved(value: unknown, resolved: ReadonlyMap<string, string>): unknown {
  return visit(value, (text) => text.replace(pattern, (whole) => resolved.get(whole) ?? whole));
}

function visit(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return value.includes("{{resolve:") ? change(value) : value;
  if (Array.isArray(value)) return value.map((each) => visit(each, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, visit(each, change)]));
}
