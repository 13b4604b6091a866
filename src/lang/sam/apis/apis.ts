// The APIs of a template: those that are declared, and the two that exist because an
// event names none.

import type { Fields } from "../../template/value.ts";
import { type Declared, defined, type Expansion, keepAll } from "../expansion.ts";
import { merged } from "../globals.ts";
import { implicitHttp, implicitRest } from "./events.ts";
import { expandHttpApi } from "./http-api.ts";
import { commonCondition } from "./open-api.ts";
import { expandRestApi } from "./rest-api.ts";
import { expandWebSocketApi } from "./web-socket-api.ts";

export function expandApis(expansion: Expansion, collect: (id: string, body: () => void) => void): void {
  for (const [id, declared] of expansion.declared) {
    if (declared.type === "AWS::Serverless::Api")
      collect(id, () => expand(expandRestApi, expansion, declared));
    if (declared.type === "AWS::Serverless::HttpApi")
      collect(id, () => expand(expandHttpApi, expansion, declared));
    if (declared.type === "AWS::Serverless::WebSocketApi")
      collect(id, () => expandWebSocketApi(expansion, declared));
  }
  const used = (id: string): boolean =>
    !expansion.declared.has(id) && expansion.routes.some(({ api }) => api === id);
  if (used(implicitRest))
    collect(implicitRest, () =>
      expand(
        expandRestApi,
        expansion,
        implied(expansion, implicitRest, "AWS::Serverless::Api", { StageName: "Prod" }),
      ),
    );
  if (used(implicitHttp))
    collect(implicitHttp, () =>
      expand(expandHttpApi, expansion, implied(expansion, implicitHttp, "AWS::Serverless::HttpApi", {})),
    );
}

function expand(
  how: (expansion: Expansion, declared: Declared) => void,
  expansion: Expansion,
  declared: Declared,
): void {
  const before = new Set(Object.keys(expansion.resources));
  how(expansion, declared);
  keepAll(expansion, declared, before);
}

function implied(expansion: Expansion, id: string, type: string, own: Fields): Declared {
  const routes = expansion.routes.filter(({ api }) => api === id);
  const tags = Object.assign({}, ...routes.map((route) => route.tags ?? {})) as Fields;
  const tagged = Object.keys(tags).length === 0 ? {} : { Tags: tags, PropagateTags: true };
  const properties = merged(expansion.globals[type], { ...own, ...tagged }) as Fields;
  const condition = commonCondition(expansion, routes, `${id}Condition`);
  const kept = Object.assign({}, ...routes.map((route) => route.kept)) as Fields;
  const resource = defined({ Type: type, Properties: properties, Condition: condition, ...kept });
  return { id, type, properties, resource };
}
