/** Items of the DynamoDB tables, as the page reads them. */

import type { Kind } from "../kinds";

/** A value as DynamoDB has it: one of these, by its type. */
interface AttributeValue {
  S?: string;
  N?: string;
  BOOL?: boolean;
  M?: Item;
  L?: AttributeValue[];
  SS?: string[];
}

/** An item, or a key of one, as DynamoDB has it. */
export type Item = Record<string, AttributeValue>;

export type Status = "processing" | "processed" | "rejected" | "over_quota" | "failed";

export interface Step {
  state: "pending" | "done" | "skipped" | "rejected" | "over_quota";
  reason?: string;
  message?: string;
  finished_at?: string;
  /** How far it is, while it is pending and says so. */
  percent?: number;
}

export interface Rendition {
  key: string;
  format: string;
  width: number;
  height: number;
  bytes: number;
}

export interface OtherFile {
  key: string;
  bytes: number;
}

export interface Image {
  /** The key of the original in the uploads bucket. */
  image: string;
  version: string;
  /** A picture where there is none. */
  kind?: Kind;
  status: Status;
  bytes: number;
  uploaded_at: string;
  steps: Record<string, Step>;
  renditions: Record<string, Rendition>;
  /** The document in the processed bucket: of a table its profile, else the metadata of the file. */
  details?: { key: string };
  reason?: string;
  message?: string;
  format?: string;
  width?: number;
  height?: number;
  placeholder?: string;
  dominant_colour?: string;
  metadata?: Record<string, string | number | boolean | PlaceNames>;
  /** How long a video is. */
  duration_seconds?: number;
  /** Of a video, in the processed bucket: three seconds that move, as a WebP. */
  preview?: OtherFile;
  /** Of a video, in the processed bucket: the MP4 that browsers play. */
  video?: OtherFile;
  /** What is in a table, in short. */
  table?: TableCounts;
  /** `taken_at` of the metadata, in messages of the live connection: those come without the rest. */
  taken_at?: string;
  favourite?: boolean;
  /** When it was moved to the bin, if it is there. */
  binned_at?: string;
  /** Until when it can come out of the bin, if it is there: after that it is deleted. */
  bin_until?: string;
  /** Its ranks in albums, by their ids. */
  albums?: Record<string, string>;
}

export interface Album {
  album_id: string;
  name: string;
  /** The key of the photo that stands for it; empty if none was chosen. */
  cover: string;
  made_at: string;
}

/** What a place is called, `place` of the metadata; what is not known is not there. */
export interface PlaceNames {
  country_code?: string;
  country?: string;
  region?: string;
  town?: string;
}

export interface TableCounts {
  rows: number;
  columns: number;
  /** Rows that break apart and are left out. */
  rejected_rows: number;
  /** Values that are not of their column's type. */
  wrong_values: number;
}

export interface Notification {
  notification_id: string;
  kind: Status | (string & {});
  image: string;
  message: string;
  reason?: string;
  sent_at: string;
  seen_at?: string;
  response?: string;
  responded_at?: string;
  /** What is mailed together has this in common; it is not there before that. */
  told_in?: string;
  file_kind?: Kind;
}

/** A row of the usage table: all time (`total`) or one period. */
export interface UsageRow {
  period: string;
  stored_bytes?: number;
  stored_objects?: number;
  held_bytes?: number;
  uploaded_bytes?: number;
  limit_stored_bytes?: number;
  limit_uploaded_bytes?: number;
  uploaded_objects?: number;
  limit_uploaded_objects?: number;
}

/** A DynamoDB item as plain values. */
export function fromItem<T>(item: Item): T {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]),
  ) as T;
}

function fromAttribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return fromItem(value.M);
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.SS !== undefined) return value.SS;
  return undefined;
}
