// Templates that were asked for, to be deployed within the hour.

import { defineResource } from "../../core/resource.ts";

export interface TemplateState {
  readonly application: string;
  readonly id: string;
  readonly version: string;
  readonly createdAt: number;
}

export const Template = defineResource<TemplateState>()({
  service: "serverlessrepo",
  type: "template",
  key: ({ application, id }) => [application, id],
});

/** Milliseconds for which a template stays valid. */
export const templateLife = 3_600_000;
