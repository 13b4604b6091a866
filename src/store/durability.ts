// What an acknowledged write survives.

/** `process`: the death of the process, by whatever signal. `disk`: that of the machine as well. */
export type Durability = "process" | "disk";
