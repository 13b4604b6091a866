// Users, groups and roles have this in common: policies are attached to them
// and written into them. An owner is one of the three, by name.

export type OwnerType = "user" | "group" | "role";

export interface Owner {
  readonly type: OwnerType;
  readonly name: string;
}
