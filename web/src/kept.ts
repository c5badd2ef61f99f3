/** The newest photos as this browser saw them last: a gallery shows them while it asks anew. */

import type { Image } from "./records";

/** As many as a first screen shows, and a little more. */
const MOST = 24;

export function recall(identityId: string): Image[] {
  try {
    return JSON.parse(localStorage.getItem(nameOf(identityId)) ?? "[]") as Image[];
  } catch {
    return [];
  }
}

/** Keep the newest of a page of images, without what they say of themselves. */
export function keep(identityId: string, newest: readonly Image[]): void {
  const kept = newest.slice(0, MOST).map(({ metadata: _, ...image }) => image);
  try {
    localStorage.setItem(nameOf(identityId), JSON.stringify(kept));
  } catch {
    forget(identityId); // no room: rather none than old ones
  }
}

export function forget(identityId: string): void {
  localStorage.removeItem(nameOf(identityId));
}

function nameOf(identityId: string): string {
  return `darkroom.photos.${identityId}`;
}
