// Detection of loops: every invocation's trace header tells how often each
// function has run in the chain of events so far. SDKs pass the header on from
// inside a function, queues and topics keep it with what they are sent.

import { hash } from "node:crypto";
import { type Fault, fault } from "../../../core/fault.ts";
import type { Ids } from "../../../core/ids.ts";
import { lambda } from "../model.ts";
import { functionArn } from "../name.ts";
import type { Target } from "../target.ts";

const mostInvocations = 16;
/** Functions that a header tells of; of a longer chain the oldest are forgotten. */
const mostFunctions = 16;

/** Whether the function has run so often in this chain that it is not to run again. */
export function loops({ fn, reference }: Target, header: string | undefined): boolean {
  if (header === undefined || fn.recursiveLoop === "Allow") return false;
  return runsOf(header, functionHash(reference)) >= mostInvocations;
}

export function recursionFault(): Fault {
  return fault(
    lambda,
    "RecursiveInvocationException",
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
  );
}

/** How often the function has run in the chain that the header tells of. */
export function runsOf(header: string | undefined, ofFunction: string): number {
  return lineage(header).find(([name]) => name === ofFunction)?.[1] ?? 0;
}

export function functionHash(reference: Target["reference"]): string {
  return hash("md5", functionArn(reference, reference.name)).slice(0, 8);
}

/** The header for one more run of the function; begins a trace where there is none. */
export function traceOf({ reference }: Target, header: string | undefined, ids: Ids, now: number): string {
  const own = functionHash(reference);
  const runs = runsOf(header, own) + 1;
  const others = lineage(header).filter(([name]) => name !== own);
  const fields = (header ?? begin(ids, now)).split(";").filter((field) => !/^\s*Lineage=/.test(field));
  const told = [...others.slice(1 - mostFunctions), [own, runs]];
  return [...fields, `Lineage=${told.map(([name, count]) => `1:${name}:${count}`).join("|")}`].join(";");
}

function begin(ids: Ids, now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${ids.hex(24)};Parent=${ids.hex(16)};Sampled=0`;
}

/** Function and count, from `Lineage=1:3fc9e1b2:4|1:...`. */
function lineage(header: string | undefined): readonly (readonly [string, number])[] {
  const [, text = ""] = /(?:^|;)\s*Lineage=([^;]*)/.exec(header ?? "") ?? [];
  return text.split("|").flatMap((part): (readonly [string, number])[] => {
    const [, name, count] = /^(?:\d+:)?([0-9a-f]{8}):(\d{1,6})$/.exec(part.trim()) ?? [];
    return name === undefined ? [] : [[name, Number(count)]];
  });
}
