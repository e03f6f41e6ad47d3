/** A half-open range of a document, in UTF-16 code units from its beginning, as an editor counts them. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
