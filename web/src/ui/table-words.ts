/** What the profile of a table says, in words. */

import type { Column, TableProfile } from "../cloud/table-profile";
import { number } from "../format";
import { words } from "../words/language";

type Names = Readonly<Record<string, string>>;

export function delimiterInWords(delimiter: string): string {
  const say = words().tables;
  return (say.delimiters as Names)[delimiter] ?? say.otherDelimiter(delimiter);
}

export function encodingInWords(encoding: string): string {
  return (words().tables.encodings as Names)[encoding] ?? encoding;
}

export function formatInWords({ format }: Pick<TableProfile, "format">): string | undefined {
  return format && ((words().tables.formats as Names)[format] ?? format);
}

/** Where the columns have their names from. */
export function headerInWords(
  profile: Pick<TableProfile, "format" | "has_header" | "title_lines" | "sheet">,
): string {
  const { format, has_header, title_lines, sheet } = profile;
  const say = words().tables;
  if (format === "jsonl") return say.namesItself;
  const header = has_header ? say.namesColumns : say.numbered;
  if (!title_lines) return header;
  return sheet === undefined
    ? say.belowLines(header, title_lines)
    : say.belowRows(header, title_lines);
}

/** The sheets of a workbook that were not read. */
export function otherSheetsInWords({
  other_sheets = [],
}: Pick<TableProfile, "other_sheets">): string | undefined {
  if (other_sheets.length === 0) return undefined;
  return words().tables.sheets(other_sheets.length, other_sheets.join(", "));
}

export function typeInWords({ type }: Pick<Column, "type">): string {
  return (words().tables.types as Names)[type] ?? type;
}

/** Whether the values of a column are numbers, which stand on the right. */
export function isNumber({ type }: Pick<Column, "type">): boolean {
  return type === "integer" || type === "decimal";
}

/** How many values a column lacks. */
export function emptyInWords({ nulls }: Pick<Column, "nulls">, rows: number): string {
  const say = words().tables;
  if (nulls === 0) return say.neverEmpty;
  if (nulls === rows) return say.alwaysEmpty;
  return say.empty(number(nulls), share(nulls, rows));
}

/** How many values of a column differ. */
export function distinctInWords(column: Column): string | undefined {
  const { distinct, values, distinct_is_exact: isExact } = column;
  if (values === 0) return undefined;
  const say = words().tables;
  if (isExact && distinct === 1) return say.sameValue;
  if (isExact && distinct === values) return say.eachOnce;
  // A count that is about right may even be above that of all values.
  if (!isExact && distinct > 0.95 * values) return say.hardlyTwice;
  return isExact ? say.different(distinct) : say.aboutDifferent(distinct);
}

/** From the least to the greatest value of a column, where they differ. */
export function rangeInWords({ min, max }: Pick<Column, "min" | "max">): string | undefined {
  if (min === null || max === null) return undefined;
  return min === max ? undefined : words().tables.range(min, max);
}

/** A part of a whole in percent, never rounded to nothing or all. */
export function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  const say = words().tables;
  if (percent > 0 && percent < 1) return say.under1;
  if (percent > 99 && percent < 100) return say.over99;
  return say.percent(Math.round(percent));
}

/** What was left out of a table, in a sentence or two; empty if nothing was. */
export function leftOutInWords(rejectedRows: number, wrongValues: number): string {
  const say = words().tables;
  return [
    ...(rejectedRows ? [say.brokenRows(rejectedRows)] : []),
    ...(wrongValues ? [say.wrongValues(wrongValues)] : []),
  ].join(" ");
}

/** A table's name without its extensions, for files that are made of it. */
export function stemOf(name: string): string {
  return name.replace(/\.gz$/i, "").replace(/(?<=.)\.[^.]*$/, "");
}
