// Values that AWS takes although its model does not list them, by the list that
// lacks them: clients know them, or AWS itself answers with them.

const table: Readonly<Record<string, readonly string[]>> = {
  // s3: the canned list that lets log delivery in, which Terraform offers.
  "private public-read public-read-write authenticated-read": ["log-delivery-write"],
  // s3: notification filters, which S3 shows with capitals.
  "prefix suffix": ["Prefix", "Suffix"],
};

export function withFurther(values: readonly string[]): readonly string[] {
  return [...values, ...(table[values.join(" ")] ?? [])];
}
