import { counted, form } from "../forms";

const rows = (number: number) => counted(number, { one: "row", other: "rows" });
const columns = (number: number) => counted(number, { one: "column", other: "columns" });

/** What is in a table, and what was left out. */
export const tables = {
  rows,
  columns,
  leftOut: (number: number) => `${rows(number)} left out`,
  beingRead: "This table is being read. Its rows show here as soon as that is done.",
  rowsNotLoaded: "Its rows could not be loaded.",
  showThem: "Show them",

  about: "About this table",
  rowsName: "Rows",
  columnsName: "Columns",
  format: "Format",
  sheet: "Sheet",
  notRead: "Not read",
  lines: "Lines",
  sheetRows: "Rows of the sheet",
  encoding: "Encoding",
  delimiter: "Delimiter",
  header: "Header",
  blankLines: "Blank lines",
  blankSheetRows: "Blank rows of the sheet",
  fileSize: "File size",
  uploaded: "Uploaded",

  downloads: "Downloads",
  whatWasLeftOut: "What was left out",
  rejectsDetail: "CSV, with places and reasons",
  rejectsName: (stem: string) => `${stem}-left-out.csv`,
  allRows: "All rows",
  parquetDetail: "Parquet, with the types of the columns",
  profile: "What is known of it",

  delimiters: {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Vertical bar",
  },
  otherDelimiter: (delimiter: string) => `“${delimiter}”`,
  encodings: {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16 with a mark",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    cp1252: "Windows-1252",
  },
  formats: {
    csv: "Delimited text",
    jsonl: "JSON lines",
    xlsx: "Excel workbook",
  },
  types: {
    boolean: "True or false",
    integer: "Whole number",
    decimal: "Number",
    date: "Date",
    datetime: "Date and time",
    text: "Text",
  },
  /** How values of a type are written, by the note of the stack: as it came where there is none. */
  notes: {} as Readonly<Record<string, string>>,
  namesItself: "None, each object names its values",
  namesColumns: "Names the columns",
  numbered: "None, columns are numbered",
  belowLines: (header: string, number: number) =>
    `${header}, below ${counted(number, { one: "other line", other: "other lines" })}`,
  belowRows: (header: string, number: number) =>
    `${header}, below ${counted(number, { one: "other row", other: "other rows" })}`,
  sheets: (number: number, names: string) =>
    form(number, { one: `The sheet ${names}`, other: `The sheets ${names}` }),

  neverEmpty: "Never empty",
  alwaysEmpty: "Always empty",
  empty: (number: string, share: string) => `${number} empty (${share})`,
  wrong: (number: number) =>
    counted(number, { one: "value of another type", other: "values of another type" }),
  sameValue: "Always the same value",
  eachOnce: "Each value once",
  hardlyTwice: "Hardly any value twice",
  different: (number: number) =>
    counted(number, { one: "different value", other: "different values" }),
  aboutDifferent: (number: number) =>
    `About ${counted(number, { one: "different value", other: "different values" })}`,
  range: (min: string, max: string) => `${min} to ${max}`,
  under1: "under 1 %",
  over99: "over 99 %",
  percent: (percent: number) => `${percent} %`,
  frequent: "Most frequent values",
  moreColumns: "Show more columns",

  theFirst: (number: number) => `The first ${rows(number)}`,
  firstRows: "First rows",
  number: "Number",
  noValue: "empty",
  leftOutNotLoaded: "It could not be loaded.",
  line: "Line",
  row: "Row",
  column: "Column",
  why: "Why",
  text: "Text",
  unknown: "unknown",
  wholeRow: "the whole row",
  onlyFirst: (shown: string, total: string) => `Only the first ${shown} of ${total} are listed.`,
  showAll: (number: string) => `Show all ${number}`,
  brokenRows: (number: number) =>
    form(number, {
      one: "1 row breaks apart and is left out.",
      other: `${rows(number)} break apart and are left out.`,
    }),
  wrongValues: (number: number) =>
    form(number, {
      one: "1 value is not of its column’s type and is taken for empty.",
      other: `${counted(number, { other: "values" })} are not of their column’s type and are taken for empty.`,
    }),
};
