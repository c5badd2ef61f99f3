import { number } from "../../format";
import type { Noun } from "../../kinds";
import type { library as English } from "../en/library";
import { counted, form, rich } from "../forms";
import { byGender, days, files, many, one } from "./nouns";

/** `3 Fotos konnten`, as a sentence begins. */
const could = (number: number, noun: Noun) =>
  `${files(number, noun)} ${form(number, { one: "konnte", other: "konnten" })}`;

const placeOf = (place: number, of: number) => `Platz ${number(place)} von ${number(of)}`;

export const library: typeof English = {
  library: "Sammlung",
  all: (noun) => `Alle ${many(noun)}`,
  favourites: "Favoriten",
  albums: "Alben",
  album: "Album",
  bin: "Papierkorb",
  undo: "Rückgängig",
  closeMessage: "Diese Meldung schließen",
  notUndone: "Das konnte nicht rückgängig gemacht werden.",

  notFavourites: (number, noun) =>
    `${could(number, noun)} nicht zu deinen Favoriten hinzugefügt werden.`,
  stillFavourites: (number, noun) =>
    `${could(number, noun)} nicht aus deinen Favoriten entfernt werden.`,
  noFavourites: "Noch keine Favoriten",
  favouritesHint: (noun) =>
    `Mit dem Herz über ${byGender(noun, "einem", "einer")} ${one(noun)} oder der Taste F wird daraus ein Favorit. Dann ist er hier.`,

  binned: (number, noun) => `${files(number, noun)} in den Papierkorb gelegt.`,
  notBinned: (number, noun) => `${could(number, noun)} nicht in den Papierkorb gelegt werden.`,
  restored: (number, noun) => `${files(number, noun)} aus dem Papierkorb geholt.`,
  notRestored: (number, noun) => `${could(number, noun)} nicht aus dem Papierkorb geholt werden.`,
  binNote: (number) =>
    `Was hier liegt, wird nach ${counted(number, { one: "Tag", other: "Tagen" })} endgültig gelöscht. Bis dahin zählt es als gespeichert.`,
  binNoteOfDays:
    "Was hier liegt, wird nach den Tagen, die noch bleiben, endgültig gelöscht. Bis dahin zählt es als gespeichert.",
  binEmpty: "Der Papierkorb ist leer",
  binHint: (number) =>
    `Was in den Papierkorb gelegt wird, bleibt ${days(number)} hier und lässt sich so lange wiederherstellen.`,
  notInBin: (name) => `${name} ist nicht mehr im Papierkorb und wurde nicht gelöscht.`,
  emptyNow: "Jetzt leeren",
  emptyTitle: "Papierkorb leeren?",
  keepAll: "Alles behalten",
  emptyLoss: (number, noun) =>
    `${files(number, noun)} und alles, was daraus gemacht wurde, sind dann endgültig weg.`,
  someNotDeleted: "Nicht alles wurde gelöscht.",

  albumsNotLoaded: "Deine Alben konnten nicht geladen werden.",
  albumCodeNotLoaded: "Die Alben konnten nicht geladen werden.",
  inAlbums: "In diesen Alben",
  countAlbums: (number) => counted(number, { one: "Album", other: "Alben" }),
  mostAlbums: (most) => `Es gibt höchstens ${most}`,
  mostOfPhoto: (most) => `Ein Foto kann in höchstens ${most} Alben sein.`,
  newAlbum: "Neues Album",
  makeIt: "Anlegen",
  name: "Name",
  noAlbums: "Noch keine Alben",
  albumsHint: (noun) =>
    `Ein Album enthält ${many(noun)} in deiner eigenen Reihenfolge. ${byGender(noun, "Eines", "Eine")} kann in mehreren sein.`,
  albumNotMade: (name) => `Das Album „${name}“ wurde nicht angelegt.`,
  addTitle: (number, noun) => `${files(number, noun)} zu einem Album hinzufügen`,
  inItAlready: "schon drin",
  adding: (number, noun, album) =>
    `${files(number, noun)} ${form(number, { one: "wird", other: "werden" })} zu „${album}“ hinzugefügt …`,
  added: (number, noun, album) => `${files(number, noun)} zu „${album}“ hinzugefügt.`,
  notAdded: (number, noun, album) =>
    `${could(number, noun)} nicht zu „${album}“ hinzugefügt werden.`,

  noSuchAlbum: "Dieses Album gibt es nicht. Vielleicht wurde es gelöscht.",
  searchAlbum: "Darin suchen",
  allAlbums: "Alle Alben",
  notMoved: "Es wurde nichts verschoben.",
  emptyAlbum: "In diesem Album ist noch nichts",
  emptyAlbumHint: (noun) =>
    `Wähle ${many(noun)} in der Übersicht aus, und füge sie mit „Album“ in der Leiste oben hinzu.`,
  rename: "Umbenennen",
  renameTitle: "Dieses Album umbenennen",
  notRenamed: "Das Album wurde nicht umbenannt.",
  deleteAlbum: "Album löschen",
  deleteAlbumTitle: "Dieses Album löschen?",
  deleteTheAlbum: "Album löschen",
  albumLoss: (name, noun) =>
    rich`${name} ist dann weg. Die ${many(noun)} darin bleiben in deiner Übersicht.`,
  albumNotDeleted: (name) => `Das Album „${name}“ wurde nicht gelöscht.`,
  orderHint: (noun) =>
    `Ziehe ${byGender(noun, "ein", "eine")} ${one(noun)} an den richtigen Platz, oder nimm dafür die Leertaste, die Pfeiltasten und die Eingabetaste. Umschalt und ← oder → verschieben um einen Platz.`,
  holdHint: (noun) =>
    `Lass den Finger auf ${byGender(noun, "einem", "einer")} ${one(noun)}, und ziehe ${byGender(noun, "es", "sie")} an den richtigen Platz.`,
  lifted: (what, place, of) =>
    `Aufgenommen: ${what}, an ${placeOf(place, of)}. Die Pfeiltasten verschieben, die Eingabetaste legt ab, Escape legt zurück.`,
  over: (place, of) => `An ${placeOf(place, of)}.`,
  putDown: (what, place, of) => `Abgelegt: ${what}, an ${placeOf(place, of)}.`,
  putBack: (what) => `Zurückgelegt: ${what}.`,
  moveEarlier: "Nach vorn verschieben",
  moveLater: "Nach hinten verschieben",
  someNotMoved: (number, noun) => `${could(number, noun)} nicht verschoben werden.`,
  useAsCover: "Als Titelbild des Albums verwenden",
  newCover: "Das Album hat ein neues Titelbild.",
  coverNotChanged: "Das Titelbild wurde nicht geändert.",
  takeOut: "Aus dem Album nehmen",
  takenOut: (number, noun, album) => `${files(number, noun)} aus „${album}“ genommen.`,
  notTakenOut: (number, noun, album) =>
    `${could(number, noun)} nicht aus „${album}“ genommen werden.`,
};
