import type { duplicates as EnglishDuplicates, search as English } from "../en/search";
import { counted, form, rich } from "../forms";
import { files, many } from "./nouns";

export const search: typeof English = {
  search: "Suchen",
  yourFiles: "Deine Dateien",
  close: "Suche schließen",
  notLoaded: "Die Suche konnte nicht geladen werden.",
  searching: "Wird gesucht …",
  resultsNotLoaded: "Die Treffer konnten nicht geladen werden.",
  moreNotLoaded: (noun) => `Weitere ${many(noun)} konnten nicht geladen werden.`,
  goesOn: "Die Suche geht weiter, wenn die Verbindung wieder da ist.",
  indexed: (noun) => `Deine ${many(noun)} werden gerade für die Suche erfasst.`,
  indexedHint: "Das dauert einen Moment. Was dann gefunden wird, kommt von selbst.",
  beingIndexed: "Wird erfasst",
  searchedIn:
    "Gesucht wird in Namen, Titeln, Schlagwörtern, Beschreibungen, Kameras und Orten. Weniger Wörter finden mehr.",
  withoutFilters: "Ohne Filter suchen",
  order: "Reihenfolge",
  newestFirst: "Neueste zuerst",
  bestFirst: "Beste Treffer zuerst",
  found: (number, noun) => `${files(number, noun)} gefunden`,
  suggestions: "Vorschläge",
  suggested: (number) => counted(number, { one: "Vorschlag", other: "Vorschläge" }),
  findDuplicates: "Doppelte finden",
  searchFor: (text) => `Nach „${text}“ suchen`,

  filters: "Filter",
  addFilter: "Filter hinzufügen",
  clearAll: "Alle entfernen",
  removeFilter: (about, words) => `Filter ${about}: ${words} entfernen`,
  lists: {
    kinds: "Art",
    states: "Zustand",
    cameras: "Kamera",
    lenses: "Objektiv",
    places: "Ort",
    colours: "Farbe",
  },
  month: "Monat",
  year: "Jahr",
  shape: "Form",
  time: "Zeit",
  look: "Aussehen",
  kinds: { picture: "Fotos", video: "Videos", table: "Tabellen", other: "Andere Dateien" },
  typed: [
    ["fotos", "picture"],
    ["bilder", "picture"],
    ["videos", "video"],
    ["filme", "video"],
    ["tabellen", "table"],
  ],
  states: {
    processed: "Fertig",
    rejected: "Konnte nicht verarbeitet werden",
    over_quota: "Über dem Kontingent",
    failed: "Fehlgeschlagen",
  },
  colours: {
    black: "Schwarz",
    white: "Weiß",
    grey: "Grau",
    red: "Rot",
    orange: "Orange",
    yellow: "Gelb",
    green: "Grün",
    teal: "Türkis",
    blue: "Blau",
    purple: "Lila",
    pink: "Rosa",
    brown: "Braun",
  },
  shapes: { portrait: "Hochformat", landscape: "Querformat", square: "Quadrat" },
  inAlbum: (name) => `In „${name}“`,
  inSomeAlbum: "In einem Album",
  within: (kilometres, place) => `Höchstens ${kilometres} km von ${place}`,
  like: (name) => `Ähnlich wie ${name}`,
  quoted: (text) => `„${text}“`,
  span: (from, to) => `${from} – ${to}`,
  since: (time) => `Seit ${time}`,
  until: (time) => `Bis ${time}`,

  noDuplicates: "Nichts ist doppelt: Keine zwei Fotos sehen gleich aus.",
  noneLikeThis: "Kein anderes Foto sieht so aus wie dieses.",
  noneYet: (noun) => `Es gibt noch keine ${many(noun)}.`,
  nothingFor: (text) => `Nichts gefunden für „${text}“.`,
  nothingWith: (filters) =>
    form(filters, {
      one: "Nichts gefunden mit diesem Filter.",
      other: "Nichts gefunden mit diesen Filtern.",
    }),
  nothingForWith: (text, filters) =>
    form(filters, {
      one: `Nichts gefunden für „${text}“ mit diesem Filter.`,
      other: `Nichts gefunden für „${text}“ mit diesen Filtern.`,
    }),
};

export const duplicates: typeof EnglishDuplicates = {
  duplicates: "Doppelte",
  groups: (number, size) =>
    `${counted(number, { one: "Gruppe", other: "Gruppen" })}, ${size} könnten frei werden`,
  deleted: (number, size) => `${files(number, "photo")} gelöscht, ${size} frei geworden.`,
  binned: (number) => `${files(number, "photo")} in den Papierkorb gelegt.`,
  lookSame: (number) => `${number}, die gleich aussehen`,
  whichToKeep: "Welches behalten wird",
  show: (name) => `${name} zeigen`,
  keep: "Behalten",
  more: (number) => `Und ${number} weitere davon.`,
  notDeleted: "Diese Fotos wurden nicht gelöscht.",
  binOthers: (number, size) =>
    form(number, {
      one: `Das andere in den Papierkorb legen, ${size}`,
      other: `Die anderen ${number} in den Papierkorb legen, ${size}`,
    }),
  deleteOthers: (number, size) =>
    form(number, {
      one: `Das andere löschen, ${size}`,
      other: `Die anderen ${number} löschen, ${size}`,
    }),
  deleteTitle: (number) => `${files(number, "photo")} löschen?`,
  keepAll: "Alle behalten",
  loss: (kept, number) =>
    form(number, {
      one: rich`${kept} bleibt. Das andere und alles, was daraus gemacht wurde, sind dann endgültig weg:`,
      other: rich`${kept} bleibt. Die anderen und alles, was daraus gemacht wurde, sind dann endgültig weg:`,
    }),
  named: (name, size) => rich`${name}, ${size}`,
  moreNamed: (number) => `und ${number} weitere`,
};
