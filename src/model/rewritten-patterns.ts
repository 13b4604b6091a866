// Modelled patterns that cannot be used as they stand, each with one that accepts
// the same strings, or those that AWS accepts besides. On most of them a
// backtracking engine takes exponential time for a value that almost matches: a
// single request could stop the process.

const header = "\\t*[\\x20-\\x7E][\\t\\x20-\\x7E]*";
const jsonPath = "\\$(?:\\.[\\w/_-]+(?:\\[(?:\\d+|\\*)\\])*)*";
const anyLines = "[^\\u0085\\u2028\\u2029]*";

export const rewrittenPatterns: Readonly<Record<string, string>> = {
  // budgets; the first turns case-insensitive in its middle, which JavaScript cannot.
  "^(?![^:\\\\]*/action/|(?i).*<script>.*</script>.*)[^:\\\\]+$":
    "(?![^:\\\\]*/action/|.*<[sS][cC][rR][iI][pP][tT]>.*</[sS][cC][rR][iI][pP][tT]>)[^:\\\\]+",
  "(.*[\\n\\r\\t\\f\\ ]?)*": anyLines,
  // ecr
  "^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$": "[a-z0-9*](?:[._\\-/]?[a-z0-9*])*",
  // emr-serverless; the dots that are meant are literal ones.
  "https://aps-workspaces.([a-z]{2}-[a-z-]{1,20}-[1-9]).amazonaws(.[0-9A-Za-z]{2,4})+/workspaces/[-_.0-9A-Za-z]{1,100}/api/v1/remote_write":
    "https://aps-workspaces\\.[a-z]{2}-[a-z-]{1,20}-[1-9]\\.amazonaws(?:\\.[0-9A-Za-z]{2,4})+/workspaces/[-_.0-9A-Za-z]{1,100}/api/v1/remote_write",
  // events, pipes
  "^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$": header,
  "[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*|(\\$(\\.[\\w/_-]+(\\[(\\d+|\\*)\\])*)*)": `${header}|${jsonPath}`,
  "^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$":
    "\\t*[^\\x00-\\x1F:\\x7F](?:[^\\x00-\\x1F:\\x7F]|\\t)*",
  // glue
  "\\$(\\.[a-zA-Z0-9_.@\\[\\]\\(\\)-]+)*": "\\$(?:\\.[a-zA-Z0-9_.@\\[\\]\\(\\)-]+)?",
  // rds
  "[a-zA-Z](?:-?[a-zA-Z0-9]+)*": "[a-zA-Z](?:-?[a-zA-Z0-9])*",
  // s3: the copy source, whose slash Terraform sends encoded; S3 decodes it first.
  "\\/?.+\\/.+": "\\/?.+(?:\\/|%2[Ff]).+",
  // s3control: buckets too, whose ARNs have no region.
  "arn:[^:]+:s3(express)?:[^:].*": "arn:[^:]+:s3(?:express)?:.*",
  // sagemaker
  ".*(?:[ \\r\\n\\t].*)*": anyLines,
  "[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?": "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?",
  "https://([.\\-_a-zA-Z0-9]+/?){3,1016}": "https://(?:[.\\-_a-zA-Z0-9]/?){3,1016}",
};
