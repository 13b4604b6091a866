// The library: `import { Cloud } from "cumulet"`.

export { Cloud, CloudClock, StartError } from "./cloud.ts";
export type { CloudOptions } from "./options.ts";
