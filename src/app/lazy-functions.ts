// The function host, made when the first function runs: a cloud without
// functions pays nothing for it.

import type { FunctionHost } from "../core/ports/compute.ts";

export function lazyFunctionHost(make: () => Promise<FunctionHost>): FunctionHost {
  let host: Promise<FunctionHost> | undefined;
  const ready = (): Promise<FunctionHost> => {
    host ??= make();
    return host;
  };
  return {
    invoke: async (...parameters) => (await ready()).invoke(...parameters),
    prepare: async (...parameters) => (await ready()).prepare(...parameters),
    retire: (specId) => {
      void host?.then((made) => made.retire(specId));
    },
    stop: async () => (await host)?.stop(),
  };
}
