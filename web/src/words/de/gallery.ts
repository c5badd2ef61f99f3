import type { gallery as English, selection as EnglishSelection } from "../en/gallery";
import { counted } from "../forms";
import { days, files, many } from "./nouns";

export const gallery: typeof English = {
  home: (noun) => `Darkroom, alle ${many(noun)}`,
  yours: (noun) => `Deine ${many(noun)}`,
  count: files,
  loadingOlder: (noun) => `Ältere ${many(noun)} werden geladen …`,
  olderNotLoaded: (noun) => `Ältere ${many(noun)} konnten nicht geladen werden.`,
  someNotLoaded: (noun) => `Einige ${many(noun)} konnten nicht geladen werden.`,
  notLoaded: (noun) => `Deine ${many(noun)} konnten nicht geladen werden.`,
  offline: "Du bist offline. Das Hochladen geht weiter, wenn die Verbindung wieder da ist.",
  jumpToMonth: "Zu einem Monat springen",

  kept: (number, noun, kept, limit) =>
    limit === undefined
      ? `${files(number, noun)}, ${kept} gespeichert.`
      : `${files(number, noun)}, ${kept} von ${limit} gespeichert.`,
  uploadedThis: {
    day: (size, limit) =>
      limit === undefined
        ? `Heute ${size} hochgeladen.`
        : `Heute ${size} von ${limit} hochgeladen.`,
    month: (size, limit) =>
      limit === undefined
        ? `Diesen Monat ${size} hochgeladen.`
        : `Diesen Monat ${size} von ${limit} hochgeladen.`,
  },
  ofLimit: (limit) => `von ${limit}`,
  storageUsed: "Belegter Speicher",

  toUpload: (noun) => `${many(noun)} zum Hochladen`,
  folderToUpload: "Ein Ordner zum Hochladen",
  photoToTake: "Ein Foto zum Aufnehmen",
  drop: (noun) => `Lass ${many(noun)} oder Ordner los, um sie hochzuladen`,
  add: (noun) => `${many(noun)} hinzufügen`,
  addFolder: "Ordner hinzufügen",
  upload: (noun) => `${many(noun)} hochladen`,
  noneYet: (noun) => `Noch keine ${many(noun)}`,
  choose: (noun) => `${many(noun)} auswählen`,
  chooseFolder: "Ordner auswählen",
  takePhoto: "Foto aufnehmen",
  orDrop: "Oder zieh sie irgendwo auf diese Seite.",

  select: (name) => `${name} auswählen`,
  uploading: (name) => `${name} wird hochgeladen`,
  favourite: "Favorit",
  statuses: {
    processing: "wird verarbeitet",
    processed: "fertig",
    over_quota: "über dem Kontingent",
    rejected: "konnte nicht verarbeitet werden",
    failed: "fehlgeschlagen",
  },
  ended: (name, end) => `${name}: ${end}`,
  daysLeft: (number) => `noch ${days(number)}`,
  goesSoon: "Verschwindet bald",
};

export const selection: typeof EnglishSelection = {
  selected: (noun) => `Ausgewählte ${many(noun)}`,
  count: (number) => counted(number, { other: "ausgewählt" }),
  nothing: "Nichts auswählen",
  download: (noun) => `Die ausgewählten ${many(noun)} herunterladen`,
  zip: (noun) => `${many(noun)}.zip`,
  restore: (noun) => `Die ausgewählten ${many(noun)} wiederherstellen`,
  bin: (noun) => `Die ausgewählten ${many(noun)} in den Papierkorb legen`,
  delete: (noun) => `Die ausgewählten ${many(noun)} löschen`,
  favourite: (noun) => `Die ausgewählten ${many(noun)} zu Favoriten machen`,
  addToAlbum: (noun) => `Die ausgewählten ${many(noun)} zu einem Album hinzufügen`,
  album: "Album",
  notSaved: "Die Auswahl wurde nicht gespeichert.",
  notDeleted: "Diese Auswahl wurde nicht gelöscht.",
  deleteTitle: (number, noun) => `${files(number, noun)} löschen?`,
  keep: () => "Behalten",
  loss: () => "Die Auswahl und alles, was daraus gemacht wurde, sind dann endgültig weg.",
};
