import type { common as English, times as EnglishTimes } from "../en/common";
import { counted } from "../forms";

export const common: typeof English = {
  title: (what) => `${what} · Darkroom`,
  loading: "Wird geladen …",
  oneMoment: "Einen Moment …",
  deleting: "Wird gelöscht …",
  tryAgain: "Noch einmal versuchen",
  cancel: "Abbrechen",
  close: "Schließen",
  back: "Zurück",
  delete: "Löschen",
  deleteForGood: "Endgültig löschen",
  download: "Herunterladen",
  restore: "Wiederherstellen",
  keepIt: "Behalten",
  favourite: "Favorit",
  bin: "Papierkorb",
  notProcessed: "Diese Datei konnte nicht verarbeitet werden.",
  notDone: "Das hat nicht geklappt.",
  notSaved: "Es wurde nichts gespeichert.",
  pageNotLoaded: "Diese Seite konnte nicht geladen werden.",
  andMore: (number) => `und ${counted(number, { one: "weitere", other: "weitere" })}`,
};

export const times: typeof EnglishTimes = {
  today: "Heute",
  yesterday: "Gestern",
  justNow: "gerade eben",
  fewSeconds: "ein paar Sekunden",
  aboutSeconds: (number) => `etwa ${counted(number, { one: "Sekunde", other: "Sekunden" })}`,
  aboutMinutes: (number) => `etwa ${counted(number, { one: "Minute", other: "Minuten" })}`,
  aboutHours: (number) => `etwa ${counted(number, { one: "Stunde", other: "Stunden" })}`,
};
