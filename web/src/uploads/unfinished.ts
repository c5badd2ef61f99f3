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
export async function forgetUnfinished(uppyId: string): Promise<void> {
  await asked("readwrite", (records) => records.delete(uppyId));
}

/** Whether the plugin will restore uploads under this Uppy id. */
export async function hasUnfinished(uppyId: string): Promise<boolean> {
  const found = await asked<{ expires: number } | undefined>("readonly", (records) =>
    records.get(uppyId),
  );
  return found !== undefined && found.expires > Date.now();
}

/** What the plugin's database answers; undefined if there is none, or this browser opens none. */
function asked<T>(
  mode: IDBTransactionMode,
  ask: (records: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  const answered = new Promise<T | undefined>((resolve) => {
    const opening = indexedDB.open(DATABASE);
    opening.onupgradeneeded = () => opening.transaction?.abort(); // there is no database: make none
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const database = opening.result;
      const answer = (found?: T) => {
        database.close(); // an open one would keep the plugin from upgrading it
        resolve(found);
      };
      if (!database.objectStoreNames.contains(STORE)) {
        answer();
        return;
      }
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => answer(request.result);
      transaction.onabort = () => answer();
    };
  });
  return answered.catch(() => undefined); // what cannot be opened at all, the plugin cannot read, either
}
