// Evidence counts bytes of UTF-8; the page's strings count UTF-16.

/** A text before, in and after the bytes `start` to `end`. */
export function span(text: string, start: number, end: number): { before: string; inside: string; after: string } {
  const bytes = new TextEncoder().encode(text);
  const part = (from: number, to?: number) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from, to));
  return { before: part(0, start), inside: part(start, end), after: part(end) };
}
