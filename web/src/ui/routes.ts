/** Addresses within the page: `#/photo/{key of the original without its user's prefix}`. */

import { ownPath } from "../uploads/keys";

const PHOTO = "#/photo/";

/** The address of a photo's view. */
export function addressOf(key: string): string {
  return PHOTO + ownPath(key).split("/").map(encodeURIComponent).join("/");
}

/** The key of the photo that an address opens; undefined for the gallery. */
export function photoOfAddress(identityId: string, hash = location.hash): string | undefined {
  if (!hash.startsWith(PHOTO)) return undefined;
  try {
    const path = hash.slice(PHOTO.length).split("/").map(decodeURIComponent).join("/");
    return path ? `users/${identityId}/${path}` : undefined;
  } catch {
    return undefined; // somebody typed it, with a wrong escape sequence
  }
}
