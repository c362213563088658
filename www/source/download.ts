/** Puts a file onto the reader's disk. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has the file when the click has been handled; the next minute is ample.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
