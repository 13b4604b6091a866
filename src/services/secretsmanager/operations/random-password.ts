// GetRandomPassword.

import type { Ids } from "../../../core/ids.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  GetRandomPasswordRequest,
  GetRandomPasswordResponse,
} from "../../../model/generated/secretsmanager.d.ts";
import { invalidParameter } from "../model.ts";

const lower = "abcdefghijklmnopqrstuvwxyz";
const numbers = "0123456789";
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const defaultLength = 32;

export async function getRandomPassword(
  input: GetRandomPasswordRequest,
  tx: Transaction,
): Promise<GetRandomPasswordResponse> {
  const { PasswordLength: length = defaultLength, ExcludeCharacters: excluded = "" } = input;
  const types = [
    input.ExcludeLowercase === true ? "" : lower,
    input.ExcludeUppercase === true ? "" : lower.toUpperCase(),
    input.ExcludeNumbers === true ? "" : numbers,
    input.ExcludePunctuation === true ? "" : punctuation,
    input.IncludeSpace === true ? " " : "",
  ]
    .map((type) => [...type].filter((character) => !excluded.includes(character)))
    .filter((type) => type.length > 0);
  const all = types.flat();
  if (all.length === 0) throw invalidParameter("No characters are left for the password.");
  const required = input.RequireEachIncludedType === false ? [] : types;
  if (length < required.length) {
    throw invalidParameter("Password length is too short based on the required types.");
  }
  const characters = required.map((type) => type[below(tx.ids, type.length)]!);
  while (characters.length < length) characters.push(all[below(tx.ids, all.length)]!);
  // The required ones are not to stand at the beginning.
  for (let at = characters.length - 1; at > 0; at--) {
    const other = below(tx.ids, at + 1);
    [characters[at], characters[other]] = [characters[other]!, characters[at]!];
  }
  return { RandomPassword: characters.join("") };
}

/** Every number as likely as every other. */
function below(ids: Ids, limit: number): number {
  const most = 65_536 - (65_536 % limit);
  for (;;) {
    const [high = 0, low = 0] = ids.bytes(2);
    const drawn = high * 256 + low;
    if (drawn < most) return drawn % limit;
  }
}
