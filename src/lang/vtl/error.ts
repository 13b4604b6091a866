// What is wrong with a template, or with running it: a line and a column where
// the text is to blame, a limit where its work is.

export class VtlError extends Error {
  override readonly name = "VtlError";
}
