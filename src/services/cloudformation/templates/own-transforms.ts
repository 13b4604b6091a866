// Transforms that AWS keeps itself, written as pure functions in lang/ and loaded
// when a template first asks for one.

import type { Fields } from "../../../lang/template/value.ts";

/** Throws a `TemplateError` whose message begins with `Transform <name> failed with: `. */
export type OwnTransform = (
  template: Fields,
  given: {
    /** As the caller gives them; defaults are in the template. */
    readonly parameters: Readonly<Record<string, string>>;
    readonly account: string;
    readonly region: string;
  },
) => Fields | Promise<Fields>;

/** By name. */
export const ownTransforms: Readonly<Record<string, () => Promise<OwnTransform>>> = {
  "AWS::Serverless-2016-10-31": async () => (await import("../../../lang/sam/transform.ts")).expandServerless,
};
