import type { tables as English } from "../en/tables";
import { counted, form } from "../forms";

const rows = (number: number) => counted(number, { one: "Zeile", other: "Zeilen" });
const columns = (number: number) => counted(number, { one: "Spalte", other: "Spalten" });
const different = (number: number) =>
  counted(number, { one: "unterschiedlicher Wert", other: "unterschiedliche Werte" });

export const tables: typeof English = {
  rows,
  columns,
  leftOut: (number) => `${rows(number)} ausgelassen`,
  beingRead: "Diese Tabelle wird gelesen. Die Zeilen erscheinen hier, sobald das fertig ist.",
  rowsNotLoaded: "Die Zeilen konnten nicht geladen werden.",
  showThem: "Zeigen",

  about: "Über diese Tabelle",
  rowsName: "Zeilen",
  columnsName: "Spalten",
  format: "Format",
  sheet: "Blatt",
  notRead: "Nicht gelesen",
  lines: "Zeilen der Datei",
  sheetRows: "Zeilen des Blatts",
  encoding: "Zeichenkodierung",
  delimiter: "Trennzeichen",
  header: "Kopfzeile",
  blankLines: "Leere Zeilen",
  blankSheetRows: "Leere Zeilen des Blatts",
  fileSize: "Dateigröße",
  uploaded: "Hochgeladen",

  downloads: "Downloads",
  whatWasLeftOut: "Was ausgelassen wurde",
  rejectsDetail: "CSV, mit Stellen und Gründen",
  rejectsName: (stem) => `${stem}-ausgelassen.csv`,
  allRows: "Alle Zeilen",
  parquetDetail: "Parquet, mit den Typen der Spalten",
  profile: "Was darüber bekannt ist",

  delimiters: {
    ",": "Komma",
    ";": "Semikolon",
    "\t": "Tabulator",
    "|": "Senkrechter Strich",
  },
  otherDelimiter: (delimiter) => `„${delimiter}“`,
  encodings: {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 mit Markierung",
    "utf-16": "UTF-16 mit Markierung",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    cp1252: "Windows-1252",
  },
  formats: {
    csv: "Text mit Trennzeichen",
    jsonl: "JSON Lines",
    xlsx: "Excel-Arbeitsmappe",
  },
  types: {
    boolean: "Wahr oder falsch",
    integer: "Ganze Zahl",
    decimal: "Zahl",
    date: "Datum",
    datetime: "Datum und Uhrzeit",
    text: "Text",
  },
  notes: { "decimal comma": "mit Dezimalkomma", "in UTC": "in UTC" },
  namesItself: "Keine, jedes Objekt benennt seine Werte",
  namesColumns: "Benennt die Spalten",
  numbered: "Keine, die Spalten sind nummeriert",
  belowLines: (header, number) =>
    `${header}, unter ${counted(number, { one: "anderen Zeile", other: "anderen Zeilen" })}`,
  belowRows: (header, number) =>
    `${header}, unter ${counted(number, { one: "anderen Zeile", other: "anderen Zeilen" })}`,
  sheets: (number, names) =>
    form(number, { one: `Das Blatt ${names}`, other: `Die Blätter ${names}` }),

  neverEmpty: "Nie leer",
  alwaysEmpty: "Immer leer",
  empty: (number, share) => `${number} leer (${share})`,
  wrong: (number) =>
    counted(number, { one: "Wert von anderem Typ", other: "Werte von anderem Typ" }),
  sameValue: "Immer derselbe Wert",
  eachOnce: "Jeder Wert einmal",
  hardlyTwice: "Kaum ein Wert zweimal",
  different,
  aboutDifferent: (number) => `Etwa ${different(number)}`,
  range: (min, max) => `${min} bis ${max}`,
  under1: "unter 1 %",
  over99: "über 99 %",
  percent: (percent) => `${percent} %`,
  frequent: "Häufigste Werte",
  moreColumns: "Weitere Spalten zeigen",

  theFirst: (number) =>
    form(number, { one: "Die erste Zeile", other: `Die ersten ${rows(number)}` }),
  firstRows: "Erste Zeilen",
  number: "Nummer",
  noValue: "leer",
  leftOutNotLoaded: "Was ausgelassen wurde, konnte nicht geladen werden.",
  line: "Zeile",
  row: "Zeile",
  column: "Spalte",
  why: "Warum",
  text: "Text",
  unknown: "unbekannt",
  wholeRow: "die ganze Zeile",
  onlyFirst: (shown, total) => `Nur die ersten ${shown} von ${total} sind aufgeführt.`,
  showAll: (number) => `Alle ${number} zeigen`,
  brokenRows: (number) =>
    form(number, {
      one: "1 Zeile ist fehlerhaft und wurde ausgelassen.",
      other: `${rows(number)} sind fehlerhaft und wurden ausgelassen.`,
    }),
  wrongValues: (number) =>
    form(number, {
      one: "1 Wert passt nicht zum Typ seiner Spalte und gilt als leer.",
      other: `${counted(number, { other: "Werte" })} passen nicht zum Typ ihrer Spalte und gelten als leer.`,
    }),
};
