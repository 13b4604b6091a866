// Policy documents in answers are percent-encoded as RFC 3986 says, although
// the model calls them plain strings; every client decodes them.

export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
