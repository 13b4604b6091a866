// Sells a few shares. No broker is called: the answer is what a broker would confirm.
import { randomUUID } from "node:crypto";

export async function handler({ price }) {
  const shares = 1 + Math.floor(Math.random() * 10);
  console.log(`selling ${shares} at ${price}`);
  return { id: randomUUID(), action: "sell", price, shares, at: new Date().toISOString() };
}
