// At the level TRACE, what an HTTP task sent and received.

import type { TargetOutcome } from "../../../core/target.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { InspectionData } from "../../../model/generated/stepfunctions.d.ts";

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The same context, which remembers what was last delivered through it; `reveal`: with what the connection adds. */
export function traced(
  ctx: Waiting,
  reveal: boolean,
): { readonly ctx: Waiting; readonly seen: () => InspectionData } {
  let seen: InspectionData = {};
  const deliver: Waiting["deliver"] = async (aims) => {
    const [aim] = aims;
    const request = aim?.parameters?.HttpRequest as Request | undefined;
    if (aim === undefined || request === undefined) return ctx.deliver(aims);
    const outcomes = await ctx.deliver([
      { ...aim, parameters: { ...aim.parameters, ...(reveal ? { RevealSecrets: true } : {}) } },
    ]);
    const { sent } = (outcomes[0]?.output ?? {}) as { readonly sent?: Request };
    seen = told(sent ?? request, sent?.body ?? aim.input, outcomes[0]);
    return outcomes;
  };
  const proxy = new Proxy(ctx, {
    get: (target, name) => {
      if (name === "deliver") return deliver;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  return { ctx: proxy, seen: () => seen };
}

function told(request: Request, body: string, outcome: TargetOutcome | undefined): InspectionData {
  const { protocol } = URL.canParse(request.url) ? new URL(request.url) : { protocol: "https:" };
  const response = outcome?.output as Response | undefined;
  return {
    request: {
      protocol: protocol.slice(0, -1),
      method: request.method,
      url: request.url,
      headers: JSON.stringify(request.headers),
      ...(body === "" ? {} : { body }),
    },
    ...(response === undefined
      ? {}
      : {
          response: {
            protocol: protocol.slice(0, -1),
            statusCode: String(response.status),
            headers: JSON.stringify(response.headers),
            body: Buffer.from(response.body).toString(),
          },
        }),
  };
}
