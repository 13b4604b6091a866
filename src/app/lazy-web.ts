// The web port, made at the first request to the outside: a cloud that asks
// nobody pays nothing for it.

import type { Web } from "../core/ports/web.ts";

export function lazyWeb(make: () => Promise<Web>): Web {
  let web: Promise<Web> | undefined;
  return {
    fetch: async (request, signal) => {
      web ??= make();
      return (await web).fetch(request, signal);
    },
  };
}
