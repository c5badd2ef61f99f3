import type { Noun } from "../../kinds";
import { counted, form } from "../forms";
import { files, many, Many } from "./nouns";

/** The page's bar, the gallery, and what is done with selected files. */
export const gallery = {
  home: (noun: Noun) => `Darkroom, all ${many(noun)}`,
  yours: (noun: Noun) => `Your ${many(noun)}`,
  count: files,
  loadingOlder: (noun: Noun) => `Loading older ${many(noun)} …`,
  olderNotLoaded: (noun: Noun) => `Older ${many(noun)} could not be loaded.`,
  someNotLoaded: (noun: Noun) => `Some ${many(noun)} could not be loaded.`,
  notLoaded: (noun: Noun) => `Your ${many(noun)} could not be loaded.`,
  offline: "You are offline. Uploads continue when the connection is back.",
  jumpToMonth: "Jump to a month",

  kept: (number: number, noun: Noun, kept: string, limit?: string) =>
    limit === undefined
      ? `${files(number, noun)}, ${kept} kept.`
      : `${files(number, noun)}, ${kept} kept of ${limit}.`,
  uploadedThis: {
    day: (size: string, limit?: string) =>
      limit === undefined ? `${size} uploaded this day.` : `${size} uploaded this day of ${limit}.`,
    month: (size: string, limit?: string) =>
      limit === undefined
        ? `${size} uploaded this month.`
        : `${size} uploaded this month of ${limit}.`,
  },
  ofLimit: (limit: string) => `of ${limit}`,
  storageUsed: "Storage used",

  toUpload: (noun: Noun) => `${Many(noun)} to upload`,
  folderToUpload: "A folder to upload",
  photoToTake: "A photo to take",
  drop: (noun: Noun) => `Drop ${many(noun)} or folders to upload them`,
  add: (noun: Noun) => `Add ${many(noun)}`,
  addFolder: "Add a folder",
  upload: (noun: Noun) => `Upload ${many(noun)}`,
  noneYet: (noun: Noun) => `No ${many(noun)} yet`,
  choose: (noun: Noun) => `Choose ${many(noun)}`,
  chooseFolder: "Choose a folder",
  takePhoto: "Take a photo",
  orDrop: "Or drop them anywhere on this page.",

  select: (name: string) => `Select ${name}`,
  uploading: (name: string) => `Uploading ${name}`,
  favourite: "favourite",
  statuses: {
    processing: "being processed",
    processed: "ready",
    over_quota: "over quota",
    rejected: "could not be processed",
    failed: "failed",
  },
  ended: (name: string, end: string) => `${name}: ${end}`,
  daysLeft: (number: number) => `${counted(number, { one: "day", other: "days" })} left`,
  goesSoon: "Goes soon",
};

export const selection = {
  selected: (noun: Noun) => `Selected ${many(noun)}`,
  count: (number: number) => counted(number, { other: "selected" }),
  nothing: "Select nothing",
  download: (noun: Noun) => `Download the selected ${many(noun)}`,
  zip: (noun: Noun) => `${Many(noun)}.zip`,
  restore: (noun: Noun) => `Restore the selected ${many(noun)}`,
  bin: (noun: Noun) => `Move the selected ${many(noun)} to the bin`,
  delete: (noun: Noun) => `Delete the selected ${many(noun)}`,
  favourite: (noun: Noun) => `Favourite the selected ${many(noun)}`,
  addToAlbum: (noun: Noun) => `Add the selected ${many(noun)} to an album`,
  album: "Album",
  notSaved: "They were not saved.",
  notDeleted: "These were not deleted.",
  deleteTitle: (number: number, noun: Noun) => `Delete ${files(number, noun)}?`,
  keep: (number: number) => form(number, { one: "Keep it", other: "Keep them" }),
  loss: (number: number) =>
    form(number, {
      one: "It and everything that was made from it will be gone for good.",
      other: "They and everything that was made from them will be gone for good.",
    }),
};
