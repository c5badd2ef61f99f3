import type { ComponentChild } from "preact";

import type { Noun } from "../../kinds";
import { counted, rich } from "../forms";
import { many } from "./nouns";

const steps = (number: number) => counted(number, { one: "step", other: "steps" });

/** One photo, video or table: the way through them, and what is known of it and done with it. */
export const photo = {
  all: (noun: Noun) => `All ${many(noun)}`,
  allResults: "All results",
  newer: (noun: Noun) => `Newer ${noun}`,
  older: (noun: Noun) => `Older ${noun}`,
  previous: (noun: Noun) => `Previous ${noun}`,
  next: (noun: Noun) => `Next ${noun}`,
  binned: (day: string) => `It is in the bin, and will be deleted for good after ${day}.`,
  notLoaded: (noun: Noun) => `This ${noun} could not be loaded.`,
  none: (noun: Noun) => `There is no such ${noun}. It may have been deleted.`,
  picture: (name: string) => `The photo ${name}`,
  keptAsItIs: "This file is kept as it is. Download it to open it.",
  pictureNotLoaded: "The photo could not be loaded.",
  loading: (name: string) => `Loading ${name} …`,
  stopAnimation: "Stop the animation",
  playAnimation: "Play the animation",
  stop: "Stop",
  play: "Play",

  fullScreen: "Full screen",
  nameFullScreen: (name: string) => `${name}, full screen`,
  fit: "Fit to the screen",
  eachPixel: "Show each pixel",
  leaveFullScreen: "Leave full screen",
  leave: "Leave",

  downloadOriginal: "Download the original",
  original: (size: string) => `The original, ${size}`,
  share: "Share",
  shareThis: (noun: Noun) => `Share this ${noun}`,
  copied: (noun: Noun) =>
    `A link is copied. It shows this ${noun}, without its place, to whoever has it, for at most an hour.`,
  held: "It took a while to load, and is there now. Please share it once more.",
  notShared: "It was not shared.",
  deleteThis: (noun: Noun) => `Delete this ${noun}`,
  deleteTitle: (noun: Noun) => `Delete this ${noun}?`,
  loss: (name: ComponentChild) =>
    rich`${name} and everything that was made from it will be gone for good.`,
  notDeleted: (noun: Noun) => `The ${noun} was not deleted.`,
  binThis: (noun: Noun) => `Move this ${noun} to the bin`,
  restoreThis: (noun: Noun) => `Restore this ${noun}`,
  favouriteKey: "Favourite (f)",
  isFavourite: (name: string) => `${name}: favourite`,
  isNoFavourite: (name: string) => `${name}: no favourite any more`,
  addToAlbum: "Add to an album",

  downloads: "Downloads",
  otherSizes: "Other sizes and formats",
  isLoaded: "is being loaded …",
  watermarked: (format: string) => `With the watermark, ${format}`,
  forTheWeb: (format: string) => `For the web, ${format}`,

  findOthers: "Find others",
  moreLikeThis: "More like this",
  takenNear: "Taken near here",

  metadata: "Metadata",
  taken: "Taken",
  camera: "Camera",
  lens: "Lens",
  exposure: "Exposure",
  name: "Title",
  size: "Size",
  pixels: (width: number, height: number) => `${width} × ${height} pixels`,
  format: "Format",
  fileSize: "File size",
  frames: "Frames",
  colours: "Colours",
  uploaded: "Uploaded",
  place: "Place",
  onMap: "on OpenStreetMap, in a new tab",
  map: (noun: Noun, place: string) => `Map: the ${noun} was taken at ${place}`,
  allMetadata: "All metadata of the file",
  metadataNotLoaded: "They could not be loaded.",

  steps: "Steps",
  /** Names of steps that the page knows better than by their own. */
  stepNames: {} as Readonly<Record<string, string>>,
  stepStates: {
    pending: "under way",
    done: "done",
    skipped: "not needed",
    rejected: "not possible",
    over_quota: "no room",
  },
  allFinished: (number: number) => `All ${steps(number)} are finished`,
  someWrong: (wrong: number, number: number) => `${steps(wrong)} of ${number} did not succeed`,
  underWay: "Another attempt is under way.",
};
