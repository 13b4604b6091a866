// The version of this program, as the health route and `--version` say it.

export const version = "0.1.0";
