/** Queries in words. */

import type { Album } from "../cloud/records";
import type { Counted } from "../cloud/search";
import { capital, moment, monthHeading, number } from "../format";
import type { Noun } from "../kinds";
import type { Suggested } from "../store/suggestions";
import { type List, LISTS, NO_QUERY, type Query, searchOf } from "../store/search-query";
import { shownName } from "../uploads/keys";
import { words } from "../words/language";

/** A part of a query that can be taken away. */
export interface Chip {
  /** What it is about: `Camera`. */
  about: string;
  words: string;
  /** The name of a colour, which is shown. */
  colour?: string;
  /** The query without it. */
  without: Query;
}

/** What a suggestion is of; empty where it says so itself. */
export function suggestedInWords(kind: Suggested): string {
  const say = words().search;
  if (kind === "text" || kind === "word" || kind === "duplicates") return "";
  if (kind === "orientation") return say.shape;
  return kind === "time" ? say.year : say.lists[kind];
}

/** A value as people call it. */
export function valueInWords(list: List | "orientation" | "time", value: string): string {
  if (list === "time") return timeInWords(value);
  const say = words().search;
  const known = {
    kinds: say.kinds,
    states: say.states,
    colours: say.colours,
    orientation: say.shapes,
    cameras: {},
    lenses: {},
    places: {},
  }[list] as Readonly<Record<string, string>>;
  const isName = list === "colours" || list === "orientation";
  return known[value] ?? (isName ? capital(value) : value);
}

/** A value and how many files have it. */
export function countedInWords(list: List | "time", [value, files]: Counted): string {
  return `${valueInWords(list, String(value))} (${number(files)})`;
}

export type Albums = ReadonlyMap<string, Album>;

/** The parts of a query but its text. */
export function chipsOf(query: Query, albums: Albums): Chip[] {
  const say = words().search;
  const chips: Chip[] = [];
  if (query.favourites)
    chips.push({
      about: words().library.library,
      words: words().library.favourites,
      without: { ...query, favourites: false },
    });
  for (const id of query.albums) {
    const name = albums.get(id)?.name;
    chips.push({
      about: words().library.album,
      words: name === undefined ? say.inSomeAlbum : say.inAlbum(name),
      without: { ...query, albums: query.albums.filter((one) => one !== id) },
    });
  }
  for (const list of LISTS) {
    for (const value of query[list]) {
      chips.push({
        about: say.lists[list],
        words: valueInWords(list, value),
        colour: list === "colours" ? value : undefined,
        without: { ...query, [list]: query[list].filter((one) => one !== value) },
      });
    }
  }
  const { orientation, from, to, near, like } = query;
  if (orientation)
    chips.push({
      about: say.shape,
      words: valueInWords("orientation", orientation),
      without: { ...query, orientation: undefined },
    });
  if (from || to)
    chips.push({
      about: say.time,
      words: spanInWords(from, to),
      without: { ...query, from: undefined, to: undefined },
    });
  if (near)
    chips.push({
      about: say.lists.places,
      words: say.within(
        number(near.kilometres),
        `${near.latitude.toFixed(2)}, ${near.longitude.toFixed(2)}`,
      ),
      without: { ...query, near: undefined },
    });
  if (like)
    chips.push({
      about: say.look,
      words: say.like(shownName(like)),
      without: { ...query, like: undefined },
    });
  if (query.duplicates)
    chips.push({
      about: say.look,
      words: words().duplicates.duplicates,
      without: { ...query, duplicates: false },
    });
  return chips;
}

/** What the page of these results is called. */
export function titleOf(query: Query, albums: Albums): string {
  const say = words().search;
  const text = query.text.trim();
  if (query.duplicates) return words().duplicates.duplicates;
  if (query.like && !text) return say.like(shownName(query.like));
  if (text) return say.quoted(text);
  const chips = chipsOf(query, albums);
  return chips.length > 0 ? chips.map((chip) => chip.words).join(", ") : say.search;
}

/** A sentence for a search that has found nothing. */
export function nothingFound(query: Query, noun: Noun): string {
  const say = words().search;
  if (query.duplicates) return say.noDuplicates;
  if (query.like && searchOf({ ...query, like: undefined }) === "") return say.noneLikeThis;
  const text = query.text.trim();
  const chips = chipsOf(query, new Map()).length;
  if (!text) return chips === 0 ? say.noneYet(noun) : say.nothingWith(chips);
  return chips === 0 ? say.nothingFor(text) : say.nothingForWith(text, chips);
}

/** A query with its text alone. */
export function withoutFilters(query: Query): Query {
  return { ...NO_QUERY, text: query.text, order: query.order };
}

/** How many were found. */
export function foundInWords(total: number, noun: Noun): string {
  return words().search.found(total, noun);
}

function spanInWords(from?: string, to?: string): string {
  if (from === to && from) return timeInWords(from);
  const say = words().search;
  if (from && to) return say.span(timeInWords(from), timeInWords(to));
  return from ? say.since(timeInWords(from)) : say.until(timeInWords(to ?? ""));
}

/** A year, a month or a day as it is called. */
function timeInWords(time: string): string {
  return time.length > 7 ? moment(time) : monthHeading(time);
}
