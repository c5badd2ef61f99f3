/** Files as they were chosen or dropped, those in folders included. */

/** A file, and its path in the folder that was chosen or dropped; its name where there was none. */
export interface Chosen {
  file: File;
  path: string;
}

/** Files that systems leave in folders, and that nobody wants to see. */
const OF_SYSTEMS = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX\/.*)$/i;

/** The files of an input or of the clipboard. */
export function chosenFiles(files: Iterable<File>): Chosen[] {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(isWanted);
}

/** The files that were dropped. It has to be called while the event is handled. */
export async function droppedFiles(transfer: DataTransfer): Promise<Chosen[]> {
  const files = [...transfer.files]; // this list and these items are empty a moment later
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory)) return chosenFiles(files);
  const found: Chosen[] = [];
  for (const entry of entries) if (entry) await collect(entry, found);
  return found.filter(isWanted);
}

async function collect(entry: FileSystemEntry, found: Chosen[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) =>
      (entry as FileSystemFileEntry).file(done, fail),
    );
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred entries at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, fail) =>
      reader.readEntries(done, fail),
    );
    if (some.length === 0) return;
    some.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const one of some) await collect(one, found);
  }
}

/** A file in a folder that a system left there was not meant; one that was chosen itself was. */
function isWanted({ path }: Chosen): boolean {
  return !path.includes("/") || !OF_SYSTEMS.test(path);
}
