/** Addresses within the page: `#/photo/{path of the upload's key below its user}`. */

import { ownPath } from "../keys";

const PHOTO = "#/photo/";

export function addressOf(key: string): string {
  return PHOTO + ownPath(key).split("/").map(encodeURIComponent).join("/");
}

/** The key of the photo whose page is open. */
export function photoOfAddress(identityId: string, hash = location.hash): string | undefined {
  if (!hash.startsWith(PHOTO)) return undefined;
  try {
    const path = hash.slice(PHOTO.length).split("/").map(decodeURIComponent).join("/");
    return path ? `users/${identityId}/${path}` : undefined;
  } catch {
    return undefined; // an address that was typed, and no escape sequence
  }
}
