import type { places as English } from "../en/places";
import { byGender, files, many } from "./nouns";

export const places: typeof English = {
  places: "Orte",
  map: (noun) => `Karte deiner ${many(noun)}`,
  mapHint: "Die Pfeiltasten bewegen die Karte, + und − zoomen, und 0 zeigt alle Orte.",
  notLoaded: "Die Karte konnte nicht geladen werden.",
  notCounted: "Die Orte konnten nicht geladen werden.",
  inView: (number, noun) => `${files(number, noun)} im Bild`,
  cluster: (number, noun, place) => `${files(number, noun)} bei ${place}`,
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  showAll: "Alle Orte zeigen",
  none: (noun) =>
    `${byGender(noun, "Keines", "Keine")} deiner ${many(noun)} sagt, wo ${byGender(noun, "es", "sie")} aufgenommen wurde`,
  noneHint:
    "Handys und Kameras schreiben den Ort in ein Foto, wenn sie den Standort nutzen dürfen.",
  kilometres: (number) => `${number} km`,
  metres: (number) => `${number} m`,
};
