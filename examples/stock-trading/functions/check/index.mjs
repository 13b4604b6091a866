// What a share costs: what the caller says, or a price between 1 and 100 dollars.
export async function handler({ price } = {}) {
  return { price: typeof price === "number" ? price : 1 + Math.floor(Math.random() * 100) };
}
