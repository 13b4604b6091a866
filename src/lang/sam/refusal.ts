// What a template is refused for, in SAM's words. A refusal is thrown where it is
// noticed and told together with those of all other resources.

export class Refusal extends Error {
  override readonly name = "Refusal";
  /** The resource that it is about, where that is not the one being read. */
  readonly about: string | undefined;

  constructor(message: string, about?: string) {
    super(message);
    this.about = about;
  }
}

export function refuse(message: string, about?: string): never {
  throw new Refusal(message, about);
}

/** Runs a body whose refusals are about an event. */
export function aboutEvent<T>(id: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Refusal && error.about === undefined)
      refuse(`Event with id [${id}] is invalid. ${error.message}`);
    throw error;
  }
}

export const documentInvalid = (messages: readonly string[]): string =>
  `Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: ${messages.length}. ${messages.join(" ")}`;
