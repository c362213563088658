// Files and folders that the reader drops or chooses.
import type { Chosen } from "../engine/call.ts";

/** Opens the folders of a drop, too. */
export async function dropped(transfer: DataTransfer): Promise<Chosen[]> {
  // Both are asked for at once: after the first wait the list of items is empty.
  const items = [...transfer.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = await Promise.all(
    items.map(({ entry, file }) => (entry ? within(entry) : file ? [{ path: file.name, file }] : [])),
  );
  return visibleOnly(found.flat());
}

/** The files of an input; those of a folder keep their path in it. */
export const picked = (files: FileList | null): Chosen[] =>
  visibleOnly([...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));

/** Files such as `.DS_Store` come along with folders and are nobody's transcript. */
const visibleOnly = (files: readonly Chosen[]) => files.filter(({ path }) => !path.split("/").at(-1)?.startsWith("."));

async function within(entry: FileSystemEntry): Promise<Chosen[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: Chosen[] = [];
  // readEntries gives at most a hundred at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...(await Promise.all(some.map((child) => within(child)))).flat());
  }
}
