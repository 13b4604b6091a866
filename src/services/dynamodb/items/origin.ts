// Who changed an item: a caller, the clock (time to live), or a table's replica
// in another region. Streams tell the difference.

export type Origin = "caller" | "time-to-live" | "replica";
