import type { Noun } from "../../kinds";
import type { photo as English } from "../en/photo";
import { counted, rich } from "../forms";
import { byGender, many, one, thisOne } from "./nouns";

const This = (noun: Noun) => `${byGender(noun, "Dieses", "Diese")} ${one(noun)}`;

export const photo: typeof English = {
  all: (noun) => `Alle ${many(noun)}`,
  allResults: "Alle Treffer",
  newer: (noun) => `${byGender(noun, "Neueres", "Neuere")} ${one(noun)}`,
  older: (noun) => `${byGender(noun, "Älteres", "Ältere")} ${one(noun)}`,
  previous: (noun) => `${byGender(noun, "Voriges", "Vorige")} ${one(noun)}`,
  next: (noun) => `${byGender(noun, "Nächstes", "Nächste")} ${one(noun)}`,
  binned: (day) => `Liegt im Papierkorb und wird nach dem ${day} endgültig gelöscht.`,
  notLoaded: (noun) => `${This(noun)} konnte nicht geladen werden.`,
  none: (noun) =>
    `${This(noun)} gibt es nicht. Vielleicht wurde ${byGender(noun, "es", "sie")} gelöscht.`,
  picture: (name) => `Das Foto ${name}`,
  keptAsItIs: "Diese Datei wird so aufbewahrt, wie sie ist. Lade sie herunter, um sie zu öffnen.",
  pictureNotLoaded: "Das Foto konnte nicht geladen werden.",
  loading: (name) => `${name} wird geladen …`,
  stopAnimation: "Animation anhalten",
  playAnimation: "Animation abspielen",
  stop: "Anhalten",
  play: "Abspielen",

  fullScreen: "Vollbild",
  nameFullScreen: (name) => `${name}, Vollbild`,
  fit: "An den Bildschirm anpassen",
  eachPixel: "Jeden Pixel zeigen",
  leaveFullScreen: "Vollbild verlassen",
  leave: "Verlassen",

  downloadOriginal: "Original herunterladen",
  original: (size) => `Das Original, ${size}`,
  share: "Teilen",
  shareThis: (noun) => `${This(noun)} teilen`,
  copied: (noun) =>
    `Ein Link ist kopiert. Er zeigt ${thisOne(noun)} ohne den Aufnahmeort allen, die ihn haben, höchstens eine Stunde lang.`,
  held: "Das Laden hat eine Weile gedauert und ist jetzt fertig. Bitte teile noch einmal.",
  notShared: "Es wurde nichts geteilt.",
  deleteThis: (noun) => `${This(noun)} löschen`,
  deleteTitle: (noun) => `${This(noun)} löschen?`,
  loss: (name) => rich`${name} und alles, was daraus gemacht wurde, sind dann endgültig weg.`,
  notDeleted: (noun) => `${byGender(noun, "Das", "Die")} ${one(noun)} wurde nicht gelöscht.`,
  binThis: (noun) => `${This(noun)} in den Papierkorb legen`,
  restoreThis: (noun) => `${This(noun)} wiederherstellen`,
  favouriteKey: "Favorit (f)",
  isFavourite: (name) => `${name}: Favorit`,
  isNoFavourite: (name) => `${name}: kein Favorit mehr`,
  addToAlbum: "Zu einem Album hinzufügen",

  downloads: "Downloads",
  otherSizes: "Andere Größen und Formate",
  isLoaded: "wird geladen …",
  watermarked: (format) => `Mit Wasserzeichen, ${format}`,
  forTheWeb: (format) => `Für das Web, ${format}`,

  findOthers: "Andere finden",
  moreLikeThis: "Mehr davon",
  takenNear: "Hier in der Nähe aufgenommen",

  metadata: "Metadaten",
  taken: "Aufgenommen",
  camera: "Kamera",
  lens: "Objektiv",
  exposure: "Belichtung",
  name: "Titel",
  size: "Größe",
  pixels: (width, height) => `${width} × ${height} Pixel`,
  format: "Format",
  fileSize: "Dateigröße",
  frames: "Einzelbilder",
  colours: "Farben",
  uploaded: "Hochgeladen",
  place: "Ort",
  onMap: "auf OpenStreetMap, in einem neuen Tab",
  map: (noun, place) =>
    `Karte: ${byGender(noun, "Das", "Die")} ${one(noun)} wurde hier aufgenommen: ${place}`,
  allMetadata: "Alle Metadaten der Datei",
  metadataNotLoaded: "Die Metadaten konnten nicht geladen werden.",

  steps: "Schritte",
  stepNames: {
    quota: "Kontingent",
    thumbnail: "Vorschaubilder",
    watermark: "Wasserzeichen",
    metadata: "Metadaten",
    transcode: "Fassung für das Web",
    probe: "Metadaten",
    poster: "Standbilder",
    convert: "Umwandlung",
    profile: "Auswertung",
  },
  stepStates: {
    pending: "läuft",
    done: "erledigt",
    skipped: "nicht nötig",
    rejected: "nicht möglich",
    over_quota: "kein Platz",
  },
  allFinished: (number) =>
    number === 1 ? "Der Schritt ist abgeschlossen" : `Alle ${number} Schritte sind abgeschlossen`,
  someWrong: (wrong, number) =>
    `${counted(wrong, { one: "Schritt", other: "Schritte" })} von ${number} nicht gelungen`,
  underWay: "Ein neuer Versuch läuft.",
};
