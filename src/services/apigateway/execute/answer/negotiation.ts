// Which of several templates answers: the one whose content type the client
// accepts, else that of JSON, else the first.

import { type MappingTemplate, mediaType, type Templates } from "../../../../gateway/mapping/templates.ts";
import { type ApiRequest, headerOf } from "../request/request.ts";

export function chosenTemplate(
  templates: Templates,
  request: ApiRequest,
  answered?: string,
): MappingTemplate | undefined {
  const { contentTypes } = templates;
  if (contentTypes.length === 0) return undefined;
  if (contentTypes.length === 1) return templates.for(contentTypes[0]!);
  for (const each of (headerOf(request, "accept") ?? "").split(",")) {
    const found = templates.for(mediaType(each));
    if (found !== undefined) return found;
  }
  return (
    (answered === undefined ? undefined : templates.for(mediaType(answered))) ??
    templates.for("application/json") ??
    templates.for(contentTypes[0]!)
  );
}
