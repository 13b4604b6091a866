// Whether a bucket policy makes the bucket public: as S3 judges it where public
// policies are blocked (docs.aws.amazon.com/AmazonS3/latest/userguide/
// access-control-block-public-access.html, "The meaning of public").

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A condition on one of these with a fixed value keeps a statement from being public. */
const narrowing =
  /^(?:aws:(?:sourceip|sourcearn|sourcevpc|sourcevpce|sourceowner|sourceaccount|principalaccount|principalarn|principalorgid|principalorgpaths|userid|username)|s3:dataaccesspoint(?:arn|account)|s3:x-amz-server-side-encryption-aws-kms-key-id)$/i;

export function isPublic(policy: { readonly Statement?: unknown }): boolean {
  const { Statement: statements = [] } = policy;
  return (Array.isArray(statements) ? statements : [statements]).some((each) => opens(each as Statement));
}

function opens(statement: Statement): boolean {
  if (statement.Effect !== "Allow") return false;
  if (statement.NotPrincipal === undefined && !meansAll(statement.Principal)) return false;
  const conditions = Object.entries(statement.Condition ?? {});
  return !conditions.some(([operator, keys]) =>
    Object.entries(keys).some(([key, value]) => narrowing.test(key) && narrows(operator, value)),
  );
}

function meansAll(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null) return false;
  return Object.values(principal).some((each) => (Array.isArray(each) ? each : [each]).includes("*"));
}

/** A wildcard is no fixed value, nor is what a statement is not to match. */
function narrows(operator: string, value: unknown): boolean {
  if (/Not|^Null$/.test(operator)) return false;
  return (Array.isArray(value) ? value : [value]).every((each) => !/[*?]|\$\{/.test(String(each)));
}
