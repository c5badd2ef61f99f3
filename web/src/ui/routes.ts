/**
 * Addresses within the page: `#/photo/{key of the original without its user's prefix}` for a photo,
 * `#/search?{query}` for what is searched for, `#/favourites`, `#/albums`, `#/album/{id}` and `#/bin`,
 * `#/places` for the map, and `#/links` for the links that its user has. A photo that was opened from one
 * of these lists has it behind a question mark: `#/photo/{…}?{query}` for the results of a search,
 * `#/photo/{…}?in=album/{id}` for the others.
 */

import { ownPath } from "../uploads/keys";

const PHOTO = "#/photo/";
const SEARCH = "search";
const IN = "in=";
const ROOM = /^(favourites|albums|bin|links|places|album\/[0-9a-z]+)$/;

export const FAVOURITES = "favourites";
export const ALBUMS = "albums";
export const BIN = "bin";
/** The links that a user has. */
export const LINKS = "links";
/** The map of the places where photos were taken. */
export const PLACES = "places";

/** What an address shows: a photo, or else a list, or else the gallery. */
export interface Route {
  photo?: string;
  /** The list, as the address has it: `search?q=sunset`, `favourites`. */
  list?: string;
}

/** The address of a photo's view, within a list if there is one. */
export function addressOf(key: string, list?: string): string {
  const path = ownPath(key).split("/").map(encodeURIComponent).join("/");
  return `${PHOTO}${path}${list === undefined ? "" : `?${queryIn(list) ?? IN + list}`}`;
}

/** The address of a list, or of the gallery. */
export function listAddress(list?: string): string {
  return list === undefined ? "#" : `#/${list}`;
}

/** The results of a search as a list. Its query is empty for all that there is. */
export function searchList(search: string): string {
  return search ? `${SEARCH}?${search}` : SEARCH;
}

/** The address of the results of a search. */
export function searchAddress(search: string): string {
  return listAddress(searchList(search));
}

/** The query of which a list has the results; undefined if it is another list. */
export function queryIn(list: string | undefined): string | undefined {
  if (list === SEARCH) return "";
  return list?.startsWith(`${SEARCH}?`) ? list.slice(SEARCH.length + 1) : undefined;
}

/** The list that an album's photos are. */
export function albumList(id: string): string {
  return `album/${id}`;
}

/** The id of the album that a list shows; undefined if it is another list. */
export function albumIn(list: string | undefined): string | undefined {
  return list?.startsWith("album/") ? list.slice("album/".length) : undefined;
}

/** What an address shows; the gallery, if it is none of this page. */
export function routeOf(identityId: string, hash = location.hash): Route {
  const [path = "", ...rest] = hash.split("?");
  const search = rest.join("?");
  if (path === `#/${SEARCH}`) return { list: searchList(search) };
  const room = path.slice("#/".length);
  if (path.startsWith("#/") && ROOM.test(room)) return { list: room };
  const photo = photoOfAddress(identityId, path);
  return { photo, list: photo !== undefined && rest.length > 0 ? listBehind(search) : undefined };
}

function listBehind(search: string): string | undefined {
  if (!search.startsWith(IN)) return searchList(search);
  const room = search.slice(IN.length);
  return ROOM.test(room) ? room : undefined;
}

/** The key of the photo that an address opens; undefined if it opens none. */
export function photoOfAddress(identityId: string, hash: string): string | undefined {
  const [address = ""] = hash.split("?");
  if (!address.startsWith(PHOTO)) return undefined;
  try {
    const path = address.slice(PHOTO.length).split("/").map(decodeURIComponent).join("/");
    return path ? `users/${identityId}/${path}` : undefined;
  } catch {
    return undefined; // somebody typed it, with a wrong escape sequence
  }
}
