/**
 * Uploads that an earlier visit left unfinished in the private database of @uppy/golden-retriever.
 *
 * The plugin restores them by replacing Uppy's list of files, and emits "restored" when it has done so
 * but nothing when there is nothing to restore. Files that are added before would be lost, so the page
 * has to know whether to wait. Until the plugin says so itself, this reads its database, whose names
 * and form are no public interface: package.json pins the plugin to the one version they were read in.
 */

const DATABASE = "uppy-blobs";
const STORE = "metadata";

/** Forget what the plugin would restore under this Uppy id: it does so itself, but half a second later. */
export function forgetUnfinished(uppyId: string): Promise<void> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(DATABASE);
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = () => resolve();
    opening.onsuccess = () => {
      const database = opening.result;
      const close = () => {
        database.close();
        resolve();
      };
      if (!database.objectStoreNames.contains(STORE)) {
        close();
        return;
      }
      const writing = database.transaction(STORE, "readwrite");
      writing.objectStore(STORE).delete(uppyId);
      writing.oncomplete = close;
      writing.onabort = close;
    };
  });
}

/** Whether the plugin will restore uploads under this Uppy id. */
export function hasUnfinished(uppyId: string): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(DATABASE);
    opening.onupgradeneeded = () => opening.transaction?.abort(); // there is no database: make none
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const database = opening.result;
      const answer = (found: boolean) => {
        database.close(); // an open one would keep the plugin from upgrading it
        resolve(found);
      };
      if (!database.objectStoreNames.contains(STORE)) {
        answer(false);
        return;
      }
      const reading = database.transaction(STORE).objectStore(STORE).get(uppyId);
      reading.onerror = () => answer(false);
      reading.onsuccess = () => {
        const found = reading.result as { expires: number } | undefined;
        answer(found !== undefined && found.expires > Date.now());
      };
    };
  });
}
