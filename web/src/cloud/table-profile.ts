/** What is in a table, as the function `profile` writes it. docs/tables.md says what it means. */

import { parseCsv } from "../csv";
import type { TableCounts } from "./records";

export interface Column {
  name: string;
  type: string;
  /** How values of the type are written here: `decimal comma`, for example. */
  note?: string;
  values: number;
  nulls: number;
  /** Values that are not of the type. */
  wrong?: number;
  distinct: number;
  /** Otherwise `distinct` is about right. */
  distinct_is_exact: boolean;
  min: string | null;
  max: string | null;
  frequent: { value: string; count: number }[];
}

export interface TableProfile extends Omit<TableCounts, "columns"> {
  /** Of releases before there were several, this is missing. */
  format?: "csv" | "jsonl" | "xlsx" | (string & {});
  /** Of a text. */
  encoding?: string;
  /** Of a delimited text. */
  delimiter?: string;
  /** Of a workbook: the sheet that was read, and those that were not. */
  sheet?: string;
  other_sheets?: string[];
  title_lines: number;
  has_header: boolean;
  /** Of the text, or rows of the sheet. */
  lines: number;
  blank_lines: number;
  columns: Column[];
  /** How many rows and values were rejected, by the reason. */
  rejected: Record<string, number>;
  /** The first rows. */
  preview: (string | null)[][];
}

/** A row or a value that breaks apart, as a line of `rejects.csv` tells it. */
export interface Reject {
  /** The line of the file, as an editor counts, or the row of the sheet; empty where it is not known. */
  line: string;
  column: string;
  reason: string;
  explanation: string;
  text: string;
}

/** The rejects of a table, from the text of the file that lists them. */
export function readRejects(text: string): Reject[] {
  const [, ...records] = parseCsv(text);
  return records.map(([line = "", column = "", reason = "", explanation = "", value = ""]) => ({
    line,
    column,
    reason,
    explanation,
    text: value,
  }));
}

/** The keys of the files that lie beside a table's profile. */
export function filesBeside(profileKey: string): { parquet: string; rejects: string } {
  const folder = profileKey.slice(0, profileKey.lastIndexOf("/"));
  return { parquet: `${folder}/data.parquet`, rejects: `${folder}/rejects.csv` };
}
