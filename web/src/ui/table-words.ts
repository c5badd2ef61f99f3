/** What the profile of a table says, in words. */

import type { Column } from "../cloud/table-profile";
import { count } from "../format";

const DELIMITERS: Record<string, string> = {
  ",": "Comma",
  ";": "Semicolon",
  "\t": "Tab",
  "|": "Vertical bar",
};

const ENCODINGS: Record<string, string> = {
  "utf-8": "UTF-8",
  "utf-8-sig": "UTF-8 with a mark",
  "utf-16": "UTF-16 with a mark",
  "utf-16-le": "UTF-16",
  "utf-16-be": "UTF-16",
  cp1252: "Windows-1252",
};

const TYPES: Record<string, string> = {
  boolean: "True or false",
  integer: "Whole number",
  decimal: "Number",
  date: "Date",
  datetime: "Date and time",
  text: "Text",
};

export function delimiterInWords(delimiter: string): string {
  return DELIMITERS[delimiter] ?? `“${delimiter}”`;
}

export function encodingInWords(encoding: string): string {
  return ENCODINGS[encoding] ?? encoding;
}

export function typeInWords({ type }: Pick<Column, "type">): string {
  return TYPES[type] ?? type;
}

/** Whether the values of a column are numbers, which stand on the right. */
export function isNumber({ type }: Pick<Column, "type">): boolean {
  return type === "integer" || type === "decimal";
}

/** How many values a column lacks. */
export function emptyInWords({ nulls }: Pick<Column, "nulls">, rows: number): string {
  if (nulls === 0) return "Never empty";
  if (nulls === rows) return "Always empty";
  return `${nulls.toLocaleString()} empty (${share(nulls, rows)})`;
}

/** How many values of a column differ. */
export function distinctInWords(column: Column): string | undefined {
  const { distinct, values, distinct_is_exact: isExact } = column;
  if (values === 0) return undefined;
  if (isExact && distinct === 1) return "Always the same value";
  if (isExact && distinct === values) return "Each value once";
  // A count that is about right may even be above that of all values.
  if (!isExact && distinct > 0.95 * values) return "Hardly any value twice";
  return `${isExact ? "" : "About "}${count(distinct, "different value")}`;
}

/** From the least to the greatest value of a column, where they differ. */
export function rangeInWords({ min, max }: Pick<Column, "min" | "max">): string | undefined {
  if (min === null || max === null) return undefined;
  return min === max ? undefined : `${min} to ${max}`;
}

/** A part of a whole in percent, never rounded to nothing or all. */
export function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 1) return "under 1 %";
  if (percent > 99 && percent < 100) return "over 99 %";
  return `${Math.round(percent)} %`;
}

/** What was left out of a table, in a sentence or two; empty if nothing was. */
export function leftOutInWords(rejectedRows: number, wrongValues: number): string {
  const rows =
    rejectedRows === 1
      ? "1 row breaks apart and is left out."
      : `${rejectedRows.toLocaleString()} rows break apart and are left out.`;
  const values =
    wrongValues === 1
      ? "1 value is not of its column’s type and is taken for empty."
      : `${wrongValues.toLocaleString()} values are not of their column’s type and are taken for empty.`;
  return [...(rejectedRows ? [rows] : []), ...(wrongValues ? [values] : [])].join(" ");
}

/** A table's name without its extensions, for files that are made of it. */
export function stemOf(name: string): string {
  return name.replace(/\.gz$/i, "").replace(/(?<=.)\.[^.]*$/, "");
}
