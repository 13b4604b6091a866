// Event patterns as this service takes them: JSON text, with AWS's words where
// it is none.

import { fault } from "../../../core/fault.ts";
import { compileEventPattern, type EventTest } from "../../../lang/event-pattern/compile.ts";
import { locatedMessage } from "../../../lang/event-pattern/located.ts";
import { EventPatternError } from "../../../lang/event-pattern/pattern-error.ts";
import { events } from "../model.ts";

export function readPattern(text: string): EventTest {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw invalidPattern((error as Error).message);
  }
  try {
    return compileEventPattern(pattern);
  } catch (error) {
    if (!(error instanceof EventPatternError)) throw error;
    throw invalidPattern(locatedMessage(text, error));
  }
}

function invalidPattern(reason: string) {
  return fault(events, "InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
}
