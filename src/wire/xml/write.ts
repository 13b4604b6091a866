// Text into XML: escaping, and the one declaration that every AWS response has.

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

// A carriage return written raw would be read back as a newline. Control
// characters have no legal form in XML 1.0; S3 writes them as references, and so
// do we: a client that minds asks for `encoding-type=url`.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped.
const inText = /[&<>\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped.
const inAttribute = /[&<>"\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g;

export function escapeText(text: string): string {
  return text.replace(inText, escaped);
}

export function escapeAttribute(text: string): string {
  return text.replace(inAttribute, escaped);
}

function escaped(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  }
}
