// The API port, made at the first call within the process that comes as HTTP.

import type { Api } from "../core/ports/api.ts";

export function lazyApi(make: () => Promise<Api>): Api {
  let api: Promise<Api> | undefined;
  return {
    send: async (request, caller, dispatcher) => {
      api ??= make();
      return (await api).send(request, caller, dispatcher);
    },
  };
}
