/** The newest photos as this browser last saw them. A gallery shows them while it reads the tables. */

import { readStored, removeStored, store } from "../storage";
import type { Image } from "./records";

/** A little more than a first screen shows. */
const MOST = 24;

export function readRecentPhotos(identityId: string): Image[] {
  return readStored<Image[]>(storageName(identityId)) ?? [];
}

/** Store the first of these images, newest first, without their metadata. */
export function storeRecentPhotos(identityId: string, newest: readonly Image[]): void {
  const recent = newest.slice(0, MOST).map(({ metadata: _, ...image }) => image);
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
