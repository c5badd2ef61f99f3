import type { ToldWords } from "../../told";
import { byGender, one } from "./nouns";

/** The stack speaks English: what it says has a code, and these are the words for the codes. */
export const told: ToldWords | undefined = {
  reasons: {
    empty: "Diese Datei ist leer. Bitte wähle sie noch einmal aus, und lade sie hoch.",
    unsupported: "Diese Art von Dateien wird hier nicht verarbeitet.",
    unreadable:
      "Diese Datei liegt in einem Archiv oder ist mit einem eigenen Schlüssel verschlüsselt und kann deshalb nicht gelesen werden. Bitte lade sie ohne diese Einstellungen noch einmal hoch.",
    "too-large":
      "Diese Datei ist zu groß, um verarbeitet zu werden. Bitte lade eine kleinere Fassung hoch.",
    "too-many-frames":
      "Diese Animation hat zu viele Einzelbilder. Bitte lade eine kürzere oder kleinere hoch.",
    corrupt:
      "Diese Datei ist beschädigt und kann nicht gelesen werden. Bitte exportiere sie neu, und lade die neue Datei hoch.",
    truncated:
      "Diese Datei ist unvollständig: Ein Teil fehlt. Bitte lade das Original noch einmal hoch.",
    "done truncated": "Die Datei hört vorzeitig auf. Die Fassung enthält, was da ist.",
    "bad-aspect": "Dieses Bild ist so lang und schmal, dass sich nichts daraus machen lässt.",
    "no-picture": "In dieser Datei ist kein Bild, nur Ton oder anderes. Bitte lade ein Video hoch.",
    "too-long":
      "Dieses Video ist zu lang, um umgewandelt zu werden. Du kannst es so herunterladen, wie es ist.",
    "codec-lacking":
      "Das Bild dieses Videos ist auf eine Art kodiert, die sich hier nicht lesen lässt. Bitte exportiere es als MP4 (H.264), und lade das hoch.",
    "too-many-tracks":
      "Diese Datei hat zu viele Spuren. Bitte exportiere nur Bild und Ton, und lade das hoch.",
    "web-ready": "Browser zeigen das Original so, wie es ist.",
    "no-table": "In dieser Datei ist keine Tabelle zu erkennen.",
    "too-many-columns": "Diese Tabelle hat mehr Spalten, als gelesen werden können.",
    "too-complex":
      "Diese Tabelle zu lesen dauert zu lange oder braucht zu viel Platz. Bitte lade sie in Teilen hoch.",
    password: "Diese Arbeitsmappe hat ein Passwort. Bitte speichere sie ohne.",
    "unsafe-xml":
      "Diese Arbeitsmappe enthält etwas, das kein Tabellenprogramm schreibt, und wird deshalb nicht gelesen.",
    "unpacks-too-large": "Diese Datei ist ausgepackt zu groß. Bitte lade sie in Teilen hoch.",
    "mostly-broken": "Die meisten Zeilen dieser Tabelle sind fehlerhaft.",
    "storage-full":
      "Dein Speicher ist voll. Lösche, was du nicht mehr brauchst, und lade diese Datei dann noch einmal hoch. Wir heben sie noch ein paar Tage auf.",
    "allowance-used":
      "Du hast in diesem Zeitraum so viel hochgeladen, wie du kannst. Lade diese Datei noch einmal hoch, wenn der nächste begonnen hat. Wir heben sie noch ein paar Tage auf.",
    "uploads-used":
      "Du hast in diesem Zeitraum so viele Dateien hochgeladen, wie du kannst. Lade diese noch einmal hoch, wenn der nächste begonnen hat. Wir heben sie noch ein paar Tage auf.",
  },
  ends: {
    processed: (noun) => `${byGender(noun, "Dein", "Deine")} ${one(noun)} ist fertig.`,
    failed: () =>
      "Bei uns ist etwas schiefgegangen. Was du hochgeladen hast, ist sicher, und wir machen es noch fertig.",
  },
  rejects: {
    "too-few-columns": "Die Zeile hat weniger Werte als die Kopfzeile.",
    "too-many-columns": "Die Zeile hat mehr Werte als die Kopfzeile.",
    "unclosed-quote": "Ein Anführungszeichen wird geöffnet und nicht geschlossen.",
    "text-after-quote": "Nach einem schließenden Anführungszeichen folgt Text.",
    encoding: "Die Zeile enthält Bytes, die kein Text sind.",
    nul: "Die Zeile enthält ein NUL-Zeichen.",
    "too-long": "Die Zeile ist zu lang.",
    "not-json": "Die Zeile ist kein JSON.",
    "not-object": "Die Zeile ist JSON, aber kein Objekt.",
    "duplicate-name": "Das Objekt hat einen Namen zweimal.",
    "name-too-long": "Ein Name im Objekt ist zu lang.",
    "too-deep": "In der Zeile sind zu viele Objekte oder Listen ineinander.",
    "broken-cell": "Eine Zelle der Zeile kann nicht gelesen werden.",
    "not-integer": "Der Wert ist keine ganze Zahl.",
    "not-decimal": "Der Wert ist keine Zahl.",
    "not-date": "Der Wert ist kein Datum.",
    "not-datetime": "Der Wert ist kein Datum mit Uhrzeit.",
    "not-boolean": "Der Wert ist weder wahr noch falsch.",
  },
};
