/** What is searched for, and its address within the page: `#/search?q=sunset&place=Berlin`. */

import type { Near, SearchRequest } from "../cloud/search";
import { ownPath } from "../uploads/keys";

/** Values of which a file has to have one, by the names that the search has for them. */
export type List = "kinds" | "states" | "cameras" | "lenses" | "places" | "colours";

export interface Query extends Record<List, readonly string[]> {
  text: string;
  /** Only favourites. */
  favourites: boolean;
  /** Ids of albums, of which a file has to be in one. */
  albums: readonly string[];
  orientation?: Orientation;
  /** The first and the last day, or month or year. */
  from?: string;
  to?: string;
  near?: Near;
  /** The key of a photo: others are to look like it. */
  like?: string;
  /** Photos that look the same are searched for. */
  duplicates: boolean;
  order: Order;
}

export type Order = "newest" | "relevance";
export type Orientation = (typeof ORIENTATIONS)[number];

export const ORIENTATIONS = ["portrait", "landscape", "square"] as const;
export const KINDS = ["picture", "video", "table", "other"] as const;
export const COLOURS = [
  "black",
  "white",
  "grey",
  "red",
  "orange",
  "yellow",
  "green",
  "teal",
  "blue",
  "purple",
  "pink",
  "brown",
] as const;

/** Longer texts are refused. */
const MOST_TEXT = 200;
/** So many values of a list an address may name. */
const MOST_VALUES = 20;
const ALBUM_ID = /^[0-9a-z]{12}$/;

/** The name of a list's value in an address. */
const NAMES: Record<List, string> = {
  kinds: "kind",
  states: "state",
  cameras: "camera",
  lenses: "lens",
  places: "place",
  colours: "colour",
};
export const LISTS = Object.keys(NAMES) as List[];

export const NO_QUERY: Query = {
  text: "",
  kinds: [],
  states: [],
  cameras: [],
  lenses: [],
  places: [],
  colours: [],
  favourites: false,
  albums: [],
  duplicates: false,
  order: "newest",
};

/** What an address searches for; what it says wrongly it does not say. */
export function queryOf(search: string, identityId: string): Query {
  const said = new URLSearchParams(search);
  const query: Query = { ...NO_QUERY, text: cleaned(said.get("q") ?? "") };
  for (const list of LISTS) {
    const values = said.getAll(NAMES[list]).filter((value) => value !== "");
    query[list] = [...new Set(values)].slice(0, MOST_VALUES);
  }
  query.kinds = query.kinds.filter((kind) => (KINDS as readonly string[]).includes(kind));
  query.colours = query.colours.filter((one) => (COLOURS as readonly string[]).includes(one));
  query.favourites = said.has("favourites");
  const albums = said.getAll("album").filter((id) => ALBUM_ID.test(id));
  query.albums = [...new Set(albums)].slice(0, MOST_VALUES);
  query.orientation = ORIENTATIONS.find((one) => one === said.get("orientation"));
  query.from = timeOf(said.get("from"));
  query.to = timeOf(said.get("to"));
  query.near = nearOf(said.get("near"));
  // As far as both say it: all of 2024 is not before May of 2024.
  if (query.from && query.to && query.to < query.from.slice(0, query.to.length)) {
    query.from = undefined;
    query.to = undefined;
  }
  query.duplicates = said.has("duplicates");
  const like = said.get("like");
  if (like && !query.duplicates) query.like = `users/${identityId}/${like}`;
  if (said.get("order") === "relevance") query.order = "relevance";
  return query;
}

/** A query as an address says it: the same one for the same query. */
export function searchOf(query: Query): string {
  const said = new URLSearchParams();
  if (query.text) said.set("q", query.text);
  for (const list of LISTS) for (const value of query[list]) said.append(NAMES[list], value);
  if (query.favourites) said.set("favourites", "");
  for (const id of query.albums) said.append("album", id);
  if (query.orientation) said.set("orientation", query.orientation);
  if (query.from) said.set("from", query.from);
  if (query.to) said.set("to", query.to);
  if (query.near) {
    const { latitude, longitude, kilometres } = query.near;
    said.set("near", [latitude, longitude, kilometres].join(","));
  }
  if (query.like) said.set("like", ownPath(query.like));
  if (query.duplicates) said.set("duplicates", "");
  if (query.order !== NO_QUERY.order) said.set("order", query.order);
  return said.toString();
}

/** A query as the search is asked, but for what it does not know: favourites, albums and the bin. */
export function requestOf(query: Query): SearchRequest {
  const { text, orientation, from, to, near, like, duplicates, order } = query;
  const lists = LISTS.filter((list) => query[list].length > 0);
  return {
    ...(text && { text }),
    ...Object.fromEntries(lists.map((list) => [list, query[list]])),
    ...(orientation && { orientation }),
    ...(from && { from }),
    ...(to && { to }),
    ...(near && { near }),
    ...(like && { like }),
    ...(duplicates && { duplicates }),
    ...(!duplicates && !like && { order }),
  };
}

/** Whether the results come by how well they match, and not by day. */
export function isRanked({ like, order }: Query): boolean {
  return like !== undefined || order === "relevance";
}

/** A text as it can be searched for. A blank at its end says that its last word is whole. */
export function cleaned(text: string): string {
  const start = text.replace(/\s+/g, " ").trimStart().slice(0, MOST_TEXT);
  return start.replace(/[\ud800-\udbff]$/, "").toWellFormed(); // half of a character is none
}

/** A year, a month or a day. */
function timeOf(said: string | null): string | undefined {
  if (!said || !/^\d{4}(-\d\d(-\d\d)?)?$/.test(said)) return undefined;
  return Number.isNaN(Date.parse(said)) ? undefined : said;
}

function nearOf(said: string | null): Near | undefined {
  const parts = said?.split(",").map(Number) ?? [];
  const [latitude = NaN, longitude = NaN, kilometres = NaN] = parts;
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (parts.length !== 3 || !isOnEarth || !(kilometres > 0)) return undefined;
  return { latitude, longitude, kilometres };
}
