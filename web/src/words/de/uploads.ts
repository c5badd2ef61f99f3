import type { FileKind } from "../../kinds";
import type { quota as EnglishQuota, uploads as English } from "../en/uploads";
import { counted, form } from "../forms";
import { byGender, files, many, one, thisOne } from "./nouns";

const FORMATS: Record<FileKind, string> = {
  picture: "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF, BMP",
  video: "MP4, MOV, 3GP, WebM, MKV, AVI",
  table: "CSV, TSV und JSON Lines, auch als .gz gepackt, und .xlsx von Excel",
};

export const uploads: typeof English = {
  uploads: "Uploads",
  all: "Alle Uploads",
  states: {
    waiting: "Wartet",
    uploading: "Wird hochgeladen",
    pausing: "Wird angehalten",
    paused: "Angehalten",
    offline: "Wartet auf die Verbindung",
    failed: "Nicht hochgeladen",
    lost: "Bitte noch einmal auswählen",
    uploaded: "Hochgeladen",
    refused: "Nicht angenommen",
  },
  retry: "Noch einmal versuchen",
  pause: "Anhalten",
  resume: "Fortsetzen",
  dismiss: "Ausblenden",
  retryAll: "Alle noch einmal versuchen",
  resumeAll: "Alle fortsetzen",
  pauseAll: "Alle anhalten",
  cancelAll: "Alle abbrechen",
  cancelAllTitle: "Alle Uploads abbrechen?",
  goOn: "Weitermachen",
  cancelled: (number, noun) =>
    form(number, {
      one: `${files(number, noun)}, ${byGender(noun, "das", "die")} noch nicht angekommen ist, wird nicht hochgeladen.`,
      other: `${files(number, noun)}, die noch nicht angekommen sind, werden nicht hochgeladen.`,
    }),
  retryOne: (name) => `${name} noch einmal versuchen`,
  pauseOne: (name) => `${name} anhalten`,
  resumeOne: (name) => `${name} fortsetzen`,
  dismissOne: (name) => `${name} ausblenden`,
  cancelOne: (name) => `${name} abbrechen`,
  showIt: "Zeigen",
  anyway: "Trotzdem hochladen",
  anywayOne: (name) => `Trotzdem hochladen: ${name}`,
  percentOf: (percent, size) => `${percent} % von ${size}`,

  uploaded: (number, noun) => `${files(number, noun)} hochgeladen`,
  notAccepted: (number) =>
    `${counted(number, { one: "Datei", other: "Dateien" })} nicht angenommen`,
  notUploaded: (number, noun) => `${files(number, noun)} nicht hochgeladen`,
  oneOf: (noun, sent, size) => `1 ${one(noun)}, ${sent} von ${size}`,
  someOf: (done, total, noun) => `${done} von ${files(total, noun)}`,
  paused: (what) => `Angehalten: ${what}`,
  pausing: (what) => `Wird angehalten: ${what}`,
  waiting: (what) => `Wartet auf die Verbindung: ${what}`,
  uploading: (what) => `Wird hochgeladen: ${what}`,
  uploadingLeft: (what, left) => `Wird hochgeladen: ${what}, noch ${left}`,

  offer: (kind, noun, most) =>
    kind === "picture"
      ? `${FORMATS[kind]}; bis zu je ${most}.`
      : `${many(noun)}: ${FORMATS[kind]}; bis zu je ${most}.`,
  offerOther: (most) => `Jede andere Datei wird so aufbewahrt, wie sie ist; bis zu je ${most}.`,
  empty: "Diese Datei ist leer.",
  noSuchKind: (noun) => `Dieses Darkroom nimmt keine ${many(noun)} an.`,
  unknownKind: "Darkroom kann diese Art von Dateien nicht verarbeiten.",
  takes: (kinds) =>
    `Angenommen werden ${kinds.map(([kind, noun]) => `${many(noun)}: ${FORMATS[kind]}`).join("; ")}.`,
  tooLarge: (size, most) =>
    `Diese Datei ist ${size} groß. Höchstens ${most} können hochgeladen werden.`,
  twin: (noun) => `Du hast ${thisOne(noun)} schon.`,
  twice: "Diese Datei wird schon hochgeladen.",
  notLoaded:
    "Was Dateien hochlädt, konnte nicht geladen werden. Lade die Seite neu, und wähle diese Datei noch einmal aus.",
  askingWhy: "S3 hat diese Datei abgelehnt. Der Grund wird erfragt …",
  reasonUnknown: "S3 hat diese Datei abgelehnt, und der Grund war nicht zu erfahren.",
  mayNot: "S3 hat diese Datei abgelehnt: Deine Sitzung darf nichts hochladen.",
  refusedOrUnreachable: "S3 hat diese Datei abgelehnt oder ist von hier nicht zu erreichen.",
  connectionLost:
    "Die Verbindung ist abgebrochen. Das Hochladen geht weiter, wenn sie wieder da ist.",
  expired:
    "Der Teil, der schon angekommen war, ist verfallen. Bitte wähle die Datei noch einmal aus.",
};

export const quota: typeof EnglishQuota = {
  storageFull: (limit, excess) =>
    `Dein Speicher von ${limit} ist voll. Du kannst wieder hochladen, sobald du mindestens ${excess} gelöscht hast.`,
  allowanceUsed: {
    day: (limit, day) =>
      `Du hast heute schon ${limit} hochgeladen, mehr geht an einem Tag nicht. Ab dem ${day} kannst du wieder hochladen.`,
    month: (limit, day) =>
      `Du hast diesen Monat schon ${limit} hochgeladen, mehr geht in einem Monat nicht. Ab dem ${day} kannst du wieder hochladen.`,
  },
  uploadsUsed: {
    day: (limit, day) =>
      `Du hast heute schon ${filesOf(limit)} hochgeladen, mehr geht an einem Tag nicht. Ab dem ${day} kannst du wieder hochladen.`,
    month: (limit, day) =>
      `Du hast diesen Monat schon ${filesOf(limit)} hochgeladen, mehr geht in einem Monat nicht. Ab dem ${day} kannst du wieder hochladen.`,
  },
  noStorage: (size, counts, free, limit) =>
    `${fileIs(size, counts)}, aber von deinem Speicher von ${limit} sind nur ${free} frei. Lösche, was du nicht mehr brauchst.`,
  noAllowance: {
    day: (size, counts, left, limit, day) =>
      `${fileIs(size, counts)}, aber von den ${limit}, die du am Tag hochladen kannst, sind nur noch ${left} übrig. Der nächste Tag beginnt am ${day}.`,
    month: (size, counts, left, limit, day) =>
      `${fileIs(size, counts)}, aber von den ${limit}, die du im Monat hochladen kannst, sind nur noch ${left} übrig. Der nächste Monat beginnt am ${day}.`,
  },
};

function filesOf(limit: number): string {
  return counted(limit, { one: "Datei", other: "Dateien" });
}

function fileIs(size: string, counts: boolean): string {
  return counts ? `Diese Datei zählt für ${size}` : `Diese Datei ist ${size} groß`;
}
