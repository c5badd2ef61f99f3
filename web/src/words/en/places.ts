import type { Noun } from "../../kinds";
import { files, many } from "./nouns";

/** The map of the places where photos were taken. */
export const places = {
  places: "Places",
  map: (noun: Noun) => `Map of your ${many(noun)}`,
  mapHint: "The arrow keys move the map, + and − zoom, and 0 shows all places.",
  notLoaded: "The map could not be loaded.",
  notCounted: "The places could not be loaded.",
  inView: (number: number, noun: Noun) => `${files(number, noun)} in view`,
  cluster: (number: number, noun: Noun, place: string) => `${files(number, noun)} near ${place}`,
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  showAll: "Show all places",
  none: (noun: Noun) => `None of your ${many(noun)} says where it was taken`,
  noneHint: "Phones and cameras write the place into a photo where they may use their location.",
  kilometres: (number: string) => `${number} km`,
  metres: (number: string) => `${number} m`,
};
