// What a template is refused for, in CloudFormation's words.

export class TemplateError extends Error {
  override readonly name = "TemplateError";
}
