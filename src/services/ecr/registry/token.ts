// What `docker login` gets for a password: who asked for it, until when it
// counts, and our signature.

import type { Principal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { isSigned, signed } from "./secret.ts";

export interface Login {
  readonly principal: Principal;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

const halfDayMilliseconds = 12 * 3_600_000;

/** Answers the password and when it ends. */
export async function makePassword(
  tx: Transaction,
): Promise<{ readonly password: string; readonly expires: number }> {
  const expires = tx.now + halfDayMilliseconds;
  const login: Login = { principal: tx.principal, region: tx.region, expires };
  const text = Buffer.from(JSON.stringify(login)).toString("base64url");
  return { password: `${text}.${await signed(tx, text)}`, expires };
}

/** Of an `Authorization` header; undefined where it is none of ours, or no longer counts. */
export async function loginOf(tx: Transaction, authorization = ""): Promise<Login | undefined> {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const [user, password = ""] = Buffer.from(encoded, "base64").toString().split(":");
  const [text = "", signature = ""] = password.split(".");
  if (user !== "AWS" || !(await isSigned(tx, text, signature))) return undefined;
  const login = JSON.parse(Buffer.from(text, "base64url").toString()) as Login;
  return login.expires > tx.now ? login : undefined;
}
