import { counted } from "../forms";

/** What is said in several rooms. */
export const common = {
  title: (what: string) => `${what} · Darkroom`,
  loading: "Loading …",
  oneMoment: "One moment …",
  deleting: "Deleting …",
  tryAgain: "Try again",
  cancel: "Cancel",
  close: "Close",
  back: "Back",
  delete: "Delete",
  deleteForGood: "Delete for good",
  download: "Download",
  restore: "Restore",
  keepIt: "Keep it",
  favourite: "Favourite",
  bin: "Bin",
  notProcessed: "This file could not be processed.",
  notDone: "That did not work.",
  notSaved: "It was not saved.",
  pageNotLoaded: "This page could not be loaded.",
  andMore: (number: number) => `and ${counted(number, { other: "more" })}`,
};

/** Days and times that Intl has no words for. */
export const times = {
  today: "Today",
  yesterday: "Yesterday",
  justNow: "just now",
  fewSeconds: "a few seconds",
  aboutSeconds: (number: number) => `about ${counted(number, { one: "second", other: "seconds" })}`,
  aboutMinutes: (number: number) => `about ${counted(number, { one: "minute", other: "minutes" })}`,
  aboutHours: (number: number) => `about ${counted(number, { one: "hour", other: "hours" })}`,
};
