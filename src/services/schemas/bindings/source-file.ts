// A file of a code binding.

export interface SourceFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly text: string;
}
