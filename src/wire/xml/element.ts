// An XML element as the reader makes it and decoders see it: names without
// their namespace prefixes, because no AWS protocol tells elements apart by them.

export interface XmlElement {
  readonly name: string;
  /** By local name; namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All character data directly within, joined. */
  readonly text: string;
}
