// Names of parameters: what one may be called, the ARN it has, and what a
// request adds to it to mean one of its versions.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html

import { fault } from "../../../core/fault.ts";
import type { Place } from "../../../core/place.ts";
import { ssm, validation } from "../model.ts";

const mostLevels = 15;
/** With the ARN's own part, names have room for this many characters. */
const longestName = 1011;

export function parameterArn(name: string, { region, account }: Place): string {
  return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
}

/** Throws unless a parameter may be made under this name. */
export function checkNewName(name: string): void {
  if (/^\/?(?:aws|ssm)(?:\/|$)/i.test(name)) {
    throw fault(ssm, "AccessDeniedException", `No access to reserved parameter name: ${name}.`, {
      status: 400,
    });
  }
  if (/^\/?(?:aws|ssm)/i.test(name) || !/^[a-zA-Z0-9_.\-/]+$/.test(name) || /\/\/|.\/$|^\/$/.test(name)) {
    throw validation(
      name.includes("/")
        ? 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'
        : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). Only a mix of letters, numbers and the following 3 symbols .-_ are allowed.',
    );
  }
  if (name.includes("/") && !name.startsWith("/")) {
    throw validation("Parameter name must be a fully qualified name.");
  }
  if (name.length > longestName) {
    throw validation(`Parameter name must not be longer than ${longestName} characters.`);
  }
  if (name.split("/").length - 1 > mostLevels) {
    throw fault(
      ssm,
      "HierarchyLevelLimitExceededException",
      `A hierarchy can have a maximum of ${mostLevels} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
    );
  }
}

/** The hierarchy's level that a name is in: `/a/b` of `/a/b/c`, `/` of `/a` and of `a`. */
export function parentPath(name: string): string {
  const end = name.lastIndexOf("/");
  return end <= 0 ? "/" : name.slice(0, end);
}

/** What a request means by `Name`: a parameter, perhaps one of its versions, perhaps another account's. */
export interface Reference {
  /** In the order in which they are tried: an ARN does not tell `a` from `/a`. */
  readonly names: readonly string[];
  /** Of an ARN that is not the caller's own. */
  readonly account?: string;
  /** `3` or a label, without the colon. */
  readonly selector?: string;
}

const arnPattern = /^arn:aws[a-z-]*:ssm:([a-z0-9-]+):(\d{12}):parameter\/(.+)$/;

export function readReference(text: string, place: Place): Reference {
  const [, region, account, rest] = arnPattern.exec(text) ?? [];
  if (text.startsWith("arn:") && rest === undefined) throw validation(`Invalid parameter ARN: ${text}.`);
  const [name = "", selector, ...more] = (rest ?? text).split(":");
  if (more.length > 0 || selector === "" || name === "") {
    throw validation(
      `Parameter name: ${text} is not valid. A version or a label follows the name after one colon.`,
    );
  }
  const selected = selector === undefined ? {} : { selector };
  if (rest === undefined) return { names: [name], ...selected };
  if (region !== place.region) return { names: [], ...selected };
  const names = name.includes("/") ? [`/${name}`] : [name, `/${name}`];
  return { names, ...(account !== undefined && account !== place.account && { account }), ...selected };
}
