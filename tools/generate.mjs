// `npm run generate`: everything that is generated and committed. With
// `--models` the API models too, which needs the pinned botocore.

import { execFileSync } from "node:child_process";

if (process.argv.includes("--models"))
  execFileSync("node", ["tools/models/compile.mjs"], { stdio: "inherit" });
await import("./services/generate.mjs");
