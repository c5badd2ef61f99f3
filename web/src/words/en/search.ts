import type { ComponentChild } from "preact";

import type { Noun } from "../../kinds";
import type { List } from "../../store/search-query";
import { counted, form, rich } from "../forms";
import { files, many } from "./nouns";

const lists: Record<List, string> = {
  kinds: "Kind",
  states: "State",
  cameras: "Camera",
  lenses: "Lens",
  places: "Place",
  colours: "Colour",
};

export const search = {
  search: "Search",
  yourFiles: "Your files",
  close: "Close the search",
  notLoaded: "The search could not be loaded.",
  searching: "Searching …",
  resultsNotLoaded: "The results could not be loaded.",
  moreNotLoaded: (noun: Noun) => `More ${many(noun)} could not be loaded.`,
  goesOn: "The search goes on when the connection is back.",
  indexed: (noun: Noun) => `Your ${many(noun)} are being indexed.`,
  indexedHint: "This takes a moment. What is found then comes by itself.",
  beingIndexed: "Being indexed",
  searchedIn:
    "It is searched in names, titles, keywords, descriptions, cameras and places. Fewer words find more.",
  withoutFilters: "Search without filters",
  order: "Order",
  newestFirst: "Newest first",
  bestFirst: "Best match first",
  found: (number: number, noun: Noun) => `${files(number, noun)} found`,
  suggestions: "Suggestions",
  suggested: (number: number) => counted(number, { one: "suggestion", other: "suggestions" }),
  findDuplicates: "Find duplicates",
  searchFor: (text: string) => `Search for “${text}”`,

  filters: "Filters",
  addFilter: "Add a filter",
  clearAll: "Clear all",
  removeFilter: (about: string, words: string) => `Remove the filter ${about}: ${words}`,
  lists,
  month: "Month",
  year: "Year",
  shape: "Shape",
  time: "Time",
  look: "Look",
  kinds: { picture: "Photos", video: "Videos", table: "Tables", other: "Other files" },
  /** What people type who mean a kind. */
  typed: [
    ["photos", "picture"],
    ["pictures", "picture"],
    ["videos", "video"],
    ["movies", "video"],
    ["tables", "table"],
  ] as readonly (readonly [word: string, kind: string])[],
  states: {
    processed: "Ready",
    rejected: "Could not be processed",
    over_quota: "Over quota",
    failed: "Failed",
  },
  colours: {
    black: "Black",
    white: "White",
    grey: "Grey",
    red: "Red",
    orange: "Orange",
    yellow: "Yellow",
    green: "Green",
    teal: "Teal",
    blue: "Blue",
    purple: "Purple",
    pink: "Pink",
    brown: "Brown",
  },
  shapes: { portrait: "Portrait", landscape: "Landscape", square: "Square" },
  inAlbum: (name: string) => `In “${name}”`,
  /** Of an album that is not there, or not known yet. */
  inSomeAlbum: "In an album",
  within: (kilometres: string, place: string) => `Within ${kilometres} km of ${place}`,
  like: (name: string) => `Like ${name}`,
  quoted: (text: string) => `“${text}”`,
  span: (from: string, to: string) => `${from} – ${to}`,
  since: (time: string) => `Since ${time}`,
  until: (time: string) => `Until ${time}`,

  noDuplicates: "There are no duplicates: no two photos look the same.",
  noneLikeThis: "No other photo looks like this one.",
  noneYet: (noun: Noun) => `There are no ${many(noun)} yet.`,
  nothingFor: (text: string) => `Nothing was found for “${text}”.`,
  nothingWith: (filters: number) =>
    form(filters, {
      one: "Nothing was found with this filter.",
      other: "Nothing was found with these filters.",
    }),
  nothingForWith: (text: string, filters: number) =>
    form(filters, {
      one: `Nothing was found for “${text}” with this filter.`,
      other: `Nothing was found for “${text}” with these filters.`,
    }),
};

export const duplicates = {
  duplicates: "Duplicates",
  groups: (number: number, size: string) =>
    `${counted(number, { one: "group", other: "groups" })}, ${size} could be freed`,
  deleted: (number: number, size: string) => `${files(number, "photo")} deleted, ${size} freed.`,
  binned: (number: number) => `${files(number, "photo")} moved to the bin.`,
  lookSame: (number: number) => `${number} that look the same`,
  whichToKeep: "Which one to keep",
  show: (name: string) => `Show ${name}`,
  keep: "Keep",
  more: (number: string) => `And ${number} more of them.`,
  notDeleted: "These were not deleted.",
  binOthers: (number: number, size: string) =>
    form(number, {
      one: `Move the other one to the bin, ${size}`,
      other: `Move the other ${number} to the bin, ${size}`,
    }),
  deleteOthers: (number: number, size: string) =>
    form(number, {
      one: `Delete the other one, ${size}`,
      other: `Delete the other ${number}, ${size}`,
    }),
  deleteTitle: (number: number) => `Delete ${files(number, "photo")}?`,
  keepAll: "Keep all",
  loss: (kept: ComponentChild, number: number) =>
    form(number, {
      one: rich`${kept} is kept. The other one and everything that was made from it will be gone for good:`,
      other: rich`${kept} is kept. The others and everything that was made from them will be gone for good:`,
    }),
  named: (name: ComponentChild, size: string) => rich`${name}, ${size}`,
  moreNamed: (number: string) => `and ${number} more`,
};
