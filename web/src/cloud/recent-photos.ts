/** The newest photos as this browser last saw them. A gallery shows them while it reads the tables. */

import { readStored, removeStored, store } from "../storage";
import { entryOf } from "./photo-index";
import type { Image } from "./records";

/** A little more than a first screen shows. */
const MOST = 24;

export function readRecentPhotos(identityId: string): Image[] {
  return readStored<Image[]>(storageName(identityId)) ?? [];
}

/** Store the first of these images, newest first; of their metadata only when they were taken. */
export function storeRecentPhotos(identityId: string, newest: readonly Image[]): void {
  const recent = newest.slice(0, MOST).map((image) => {
    return { ...image, metadata: undefined, taken_at: entryOf(image).takenAt };
  });
  try {
    store(storageName(identityId), recent);
  } catch {
    deleteRecentPhotos(identityId); // the browser's storage is full: rather none than old ones
  }
}

export function deleteRecentPhotos(identityId: string): void {
  removeStored(storageName(identityId));
}

function storageName(identityId: string): string {
  return `photos.${identityId}`;
}
