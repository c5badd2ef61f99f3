/** What an earlier visit left unfinished, as @uppy/golden-retriever 6 keeps it in the browser. */

const DATABASE = "uppy-blobs";
const STORE = "metadata";

/** Whether the retriever will restore something of this name: it does not say so if it will not. */
export function isLeft(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(DATABASE);
    opening.onupgradeneeded = () => opening.transaction?.abort(); // there is none, and none is made
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const database = opening.result;
      const answer = (left: boolean) => {
        database.close(); // or the retriever could not open it in a newer version
        resolve(left);
      };
      if (!database.objectStoreNames.contains(STORE)) {
        answer(false);
        return;
      }
      const reading = database.transaction(STORE).objectStore(STORE).get(name);
      reading.onerror = () => answer(false);
      reading.onsuccess = () => {
        const found = reading.result as { expires: number } | undefined;
        answer(found !== undefined && found.expires > Date.now());
      };
    };
  });
}
