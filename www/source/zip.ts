// Several files as one download: a ZIP archive without compression (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16).

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

const crc32 = (bytes: Uint8Array) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/** Little-endian fields: pairs of value and width in bytes. */
function fields(...pairs: readonly (readonly [number, 2 | 4])[]): Uint8Array {
  const bytes = new Uint8Array(pairs.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of pairs) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

/** UTF-8 names, no compression, 1 January 1980: the same files give the same archive. */
const flags = 0x0800;
const date = 0x0021;

/** An archive of text files; paths are relative, with slashes. */
export function zip(files: readonly { readonly path: string; readonly content: string }[]): Blob {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content } of files) {
    const name = new TextEncoder().encode(path);
    const data = new TextEncoder().encode(content);
    const about = [
      [20, 2],
      [flags, 2],
      [0, 2],
      [0, 2],
      [date, 2],
      [crc32(data), 4],
      [data.length, 4],
      [data.length, 4],
      [name.length, 2],
      [0, 2],
    ] as const;
    const local = [fields([0x04034b50, 4], ...about), name, data];
    directory.push(fields([0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), name);
    parts.push(...local);
    offset += length(local);
  }
  const end = fields(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [files.length, 2],
    [files.length, 2],
    [length(directory), 4],
    [offset, 4],
    [0, 2],
  );
  return new Blob([...parts, ...directory, end] as BlobPart[], { type: "application/zip" });
}

const length = (parts: readonly Uint8Array[]) => parts.reduce((sum, part) => sum + part.length, 0);
