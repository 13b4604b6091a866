// The library: `import { Cloud } from "cumulet"`.

export { Cloud, type CloudClock } from "./cloud.ts";
export type { CloudOptions } from "./options.ts";
export { StartError } from "./start-error.ts";
