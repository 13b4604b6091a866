// Addresses of integrations: labels in braces, and the query that mappings make.

/** `{proxy}` and `{proxy+}` are what the mapping of that name gives. */
export function withPathParameters(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^{}+]+)\+?\}/g, (all, name: string) =>
    Object.hasOwn(parameters, name) ? parameters[name]! : all,
  );
}

export function queryText(query: Readonly<Record<string, string | readonly string[]>>): string {
  const parts: string[] = [];
  for (const [name, given] of Object.entries(query)) {
    for (const value of typeof given === "string" ? [given] : given) {
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    }
  }
  return parts.join("&");
}
