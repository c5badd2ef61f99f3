import type { ComponentChild } from "preact";

import { number } from "../../format";
import type { Noun } from "../../kinds";
import { counted, form, rich } from "../forms";
import { files, many } from "./nouns";

const days = (number: number) => counted(number, { one: "day", other: "days" });

const placeOf = (place: number, of: number) => `place ${number(place)} of ${number(of)}`;

/** Favourites, albums and the bin, and what is told of them. */
export const library = {
  library: "Library",
  all: (noun: Noun) => `All ${many(noun)}`,
  favourites: "Favourites",
  albums: "Albums",
  album: "Album",
  bin: "Bin",
  undo: "Undo",
  closeMessage: "Close this message",
  notUndone: "That could not be undone.",

  notFavourites: (number: number, noun: Noun) =>
    `${files(number, noun)} could not be added to your favourites.`,
  stillFavourites: (number: number, noun: Noun) =>
    `${files(number, noun)} could not be taken from your favourites.`,
  noFavourites: "No favourites yet",
  favouritesHint: (noun: Noun) =>
    `The heart above a ${noun}, or the key F, makes it one. It is here then.`,

  binned: (number: number, noun: Noun) => `${files(number, noun)} moved to the bin.`,
  notBinned: (number: number, noun: Noun) =>
    `${files(number, noun)} could not be moved to the bin.`,
  restored: (number: number, noun: Noun) => `${files(number, noun)} taken out of the bin.`,
  notRestored: (number: number, noun: Noun) =>
    `${files(number, noun)} could not be taken out of the bin.`,
  binNote: (number: number) =>
    `What is here is deleted for good after ${days(number)}. Until then it counts as stored.`,
  binNoteOfDays:
    "What is here is deleted for good after the days that are left. Until then it counts as stored.",
  binEmpty: "The bin is empty",
  binHint: (number: number) =>
    `What is moved to the bin stays here for ${days(number)}, and can be restored until then.`,
  notInBin: (name: string) => `${name} is in the bin no longer, and was not deleted.`,
  emptyNow: "Empty now",
  emptyTitle: "Empty the bin?",
  keepAll: "Keep all",
  emptyLoss: (number: number, noun: Noun) =>
    form(number, {
      one: `${files(number, noun)} and everything that was made from it will be gone for good.`,
      other: `${files(number, noun)} and everything that was made from them will be gone for good.`,
    }),
  someNotDeleted: "Some were not deleted.",

  albumsNotLoaded: "Your albums could not be loaded.",
  albumCodeNotLoaded: "The albums could not be loaded.",
  inAlbums: "In these albums",
  countAlbums: (number: number) => counted(number, { one: "album", other: "albums" }),
  mostAlbums: (most: number) => `There are ${most} at most`,
  mostOfPhoto: (most: number) => `A photo can be in ${most} albums at most.`,
  newAlbum: "New album",
  makeIt: "Make it",
  name: "Name",
  noAlbums: "No albums yet",
  albumsHint: (noun: Noun) =>
    `An album holds ${many(noun)} in an order of your own. One can be in several.`,
  albumNotMade: (name: string) => `The album “${name}” was not made.`,
  addTitle: (number: number, noun: Noun) => `Add ${files(number, noun)} to an album`,
  inItAlready: "in it already",
  adding: (number: number, noun: Noun, album: string) =>
    `Adding ${files(number, noun)} to “${album}” …`,
  added: (number: number, noun: Noun, album: string) =>
    `${files(number, noun)} added to “${album}”.`,
  notAdded: (number: number, noun: Noun, album: string) =>
    `${files(number, noun)} could not be added to “${album}”.`,

  noSuchAlbum: "There is no such album. It may have been deleted.",
  searchAlbum: "Search in it",
  allAlbums: "All albums",
  notMoved: "It was not moved.",
  emptyAlbum: "Nothing is in this album yet",
  emptyAlbumHint: (noun: Noun) =>
    `Select ${many(noun)} in the gallery, and add them with “Album” in the bar above.`,
  rename: "Rename",
  renameTitle: "Rename this album",
  notRenamed: "The album was not renamed.",
  deleteAlbum: "Delete album",
  deleteAlbumTitle: "Delete this album?",
  deleteTheAlbum: "Delete the album",
  albumLoss: (name: ComponentChild, noun: Noun) =>
    rich`${name} will be gone. Its ${many(noun)} stay in your gallery.`,
  albumNotDeleted: (name: string) => `The album “${name}” was not deleted.`,
  orderHint: (noun: Noun) =>
    `Drag a ${noun} to its place, or move it with the space bar, the arrow keys and Enter. Shift and ← or → move it by one place.`,
  holdHint: (noun: Noun) => `Keep a finger on a ${noun}, then drag it to its place.`,
  lifted: (what: string, place: number, of: number) =>
    `Lifted: ${what}, at ${placeOf(place, of)}. The arrow keys move it, Enter puts it down, Escape puts it back.`,
  over: (place: number, of: number) => `At ${placeOf(place, of)}.`,
  putDown: (what: string, place: number, of: number) =>
    `Put down: ${what}, at ${placeOf(place, of)}.`,
  putBack: (what: string) => `Put back: ${what}.`,
  moveEarlier: "Move earlier",
  moveLater: "Move later",
  someNotMoved: (number: number, noun: Noun) => `${files(number, noun)} could not be moved.`,
  useAsCover: "Use as the album’s cover",
  newCover: "The album has a new cover.",
  coverNotChanged: "The cover was not changed.",
  takeOut: "Take out of the album",
  takenOut: (number: number, noun: Noun, album: string) =>
    `${files(number, noun)} taken out of “${album}”.`,
  notTakenOut: (number: number, noun: Noun, album: string) =>
    `${files(number, noun)} could not be taken out of “${album}”.`,
};
