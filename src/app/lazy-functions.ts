// The function host, made when the first function runs: a cloud without
// functions pays nothing for it.

import type { FunctionHost, LateLines } from "../core/ports/compute.ts";

export function lazyFunctionHost(make: () => Promise<FunctionHost>): FunctionHost {
  let host: Promise<FunctionHost> | undefined;
  let opened: FunctionHost | undefined;
  let lateLines: LateLines | undefined;
  const ready = (): Promise<FunctionHost> => {
    host ??= make().then((made) => {
      opened = made;
      made.onLateLines((...lines) => lateLines?.(...lines));
      return made;
    });
    return host;
  };
  return {
    invoke: async (...parameters) => (await ready()).invoke(...parameters),
    hasRoom: (specId) => opened?.hasRoom(specId) ?? true,
    prepare: async (...parameters) => (await ready()).prepare(...parameters),
    onLateLines: (listener) => {
      lateLines = listener;
    },
    retire: (specId) => {
      void host?.then((made) => made.retire(specId));
    },
    stop: async () => (await host)?.stop(),
  };
}
