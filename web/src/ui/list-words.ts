import type { Noun } from "../kinds";
import { words } from "../words/language";
import { ALBUMS, albumIn, BIN, FAVOURITES, queryIn } from "./routes";

/** What a list is called, of photos or whatever its `noun` is. */
export function listName(list: string | undefined, noun: Noun): string {
  const { library, photo } = words();
  if (list === undefined) return photo.all(noun);
  if (queryIn(list) !== undefined) return photo.allResults;
  if (list === FAVOURITES) return library.favourites;
  if (list === BIN) return library.bin;
  return list === ALBUMS ? library.albums : library.album;
}

/** What goes to either side of a photo: a list that is not by day begins with no newest one. */
export function waysInWords(
  list: string | undefined,
  noun: Noun,
): { newer: string; older: string } {
  const { photo } = words();
  return list === BIN || albumIn(list) !== undefined
    ? { newer: photo.previous(noun), older: photo.next(noun) }
    : { newer: photo.newer(noun), older: photo.older(noun) };
}
