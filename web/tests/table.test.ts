import { expect, test } from "vitest";

import { readRejects, type TableProfile } from "../src/cloud/table-profile";
import { parseCsv } from "../src/csv";
import {
  distinctInWords,
  emptyInWords,
  formatInWords,
  headerInWords,
  leftOutInWords,
  otherSheetsInWords,
  share,
  stemOf,
} from "../src/ui/table-words";

test.each([
  [
    "a,b\r\n1,2\r\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  ["a\n", [["a"]]],
  ["a,b", [["a", "b"]]],
  [",\n", [["", ""]]],
  ['"a,b","c\nd","say ""hi"""\r\n', [["a,b", "c\nd", 'say "hi"']]],
  ['"",x\n', [["", "x"]]],
  ["", []],
])("the records of %j are told", (text, records) => {
  expect(parseCsv(text)).toEqual(records);
});

test("what was left out is read with its line, column and reason", () => {
  const text =
    "line,column,reason,explanation,text\r\n" +
    '4,,too-many-columns,The row has more values than the header.,"Wien,1,2"\r\n' +
    ",price,not-integer,The value is not a whole number.,'=1+1\r\n";

  expect(readRejects(text)).toEqual([
    {
      line: "4",
      column: "",
      reason: "too-many-columns",
      explanation: "The row has more values than the header.",
      text: "Wien,1,2",
    },
    {
      line: "",
      column: "price",
      reason: "not-integer",
      explanation: "The value is not a whole number.",
      text: "'=1+1",
    },
  ]);
});

const COLUMN = {
  name: "rooms",
  type: "integer",
  values: 10,
  nulls: 0,
  distinct: 4,
  distinct_is_exact: true,
  min: "1",
  max: "8",
  frequent: [],
};

test.each([
  [{}, "4 different values"],
  [{ distinct: 10 }, "Each value once"],
  [{ distinct: 9, distinct_is_exact: false }, "About 9 different values"],
  [{ distinct: 11, distinct_is_exact: false }, "Hardly any value twice"],
  [{ distinct: 1 }, "Always the same value"],
  [{ values: 0, distinct: 0 }, undefined],
])("of a column that is %j it is said how many values differ", (column, words) => {
  expect(distinctInWords({ ...COLUMN, ...column })).toBe(words);
});

test.each([
  [0, "Never empty"],
  [50, "50 empty (25 %)"],
  [200, "Always empty"],
])("of %i of 200 values that are missing it is said so", (nulls, words) => {
  expect(emptyInWords({ nulls }, 200)).toBe(words);
});

test.each([
  [1, 3000, "under 1 %"],
  [2999, 3000, "over 99 %"],
  [0, 3000, "0 %"],
  [3000, 3000, "100 %"],
  [1000, 3000, "33 %"],
])("a part of %i of %i is never rounded to nothing or all", (part, whole, words) => {
  expect(share(part, whole)).toBe(words);
});

test.each([
  [0, 0, ""],
  [1, 0, "1 row breaks apart and is left out."],
  [
    2,
    1,
    "2 rows break apart and are left out. 1 value is not of its column’s type and is taken for empty.",
  ],
])("of %i rows and %i values that are left out it is said what becomes of them", (...given) => {
  const [rows, values, words] = given;
  expect(leftOutInWords(rows, values)).toBe(words);
});

test.each([
  ["houses.csv", "houses"],
  ["my.houses.csv.gz", "my.houses"],
  ["houses", "houses"],
  [".csv", ".csv"],
])("files made of %s are named after it", (name, stem) => {
  expect(stemOf(name)).toBe(stem);
});

type Written = Pick<TableProfile, "format" | "has_header" | "title_lines" | "sheet">;
const WRITTEN = { has_header: true, title_lines: 0 };

test.each([
  [{ format: "csv" }, "Delimited text", "Names the columns"],
  [
    { format: "csv", has_header: false, title_lines: 2 },
    "Delimited text",
    "None, columns are numbered, below 2 other lines",
  ],
  [{ format: "jsonl" }, "JSON lines", "None, each object names its values"],
  [
    { format: "xlsx", sheet: "Houses", title_lines: 1 },
    "Excel workbook",
    "Names the columns, below 1 other row",
  ],
  [{}, undefined, "Names the columns"], // of an older release
])("of a table that is written as %j its format and header are told", (written, ...words) => {
  const profile: Written = { ...WRITTEN, ...written };
  expect([formatInWords(profile), headerInWords(profile)]).toEqual(words);
});

test.each([
  [undefined, undefined],
  [[], undefined],
  [["Notes"], "The sheet Notes"],
  [["Notes", "2025"], "The sheets Notes, 2025"],
])("of other sheets %j it is said that they are not read", (sheets, words) => {
  expect(otherSheetsInWords(sheets ? { other_sheets: sheets } : {})).toBe(words);
});
