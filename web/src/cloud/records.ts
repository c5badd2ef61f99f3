/** Items of the DynamoDB tables, as the page reads them. */

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** What a file is, told from its bytes. Later versions of the stack may know more kinds. */
export type Kind = "picture" | "other" | (string & {});

export type Status = "processing" | "processed" | "rejected" | "over_quota" | "failed";

export interface Step {
  state: "pending" | "done" | "skipped" | "rejected" | "over_quota";
  reason?: string;
  message?: string;
  finished_at?: string;
}

export interface Rendition {
  key: string;
  format: string;
  width: number;
  height: number;
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
  /** The metadata document in the processed bucket. */
  details?: { key: string };
  reason?: string;
  message?: string;
  format?: string;
  width?: number;
  height?: number;
  placeholder?: string;
  dominant_colour?: string;
  metadata?: Record<string, string | number | boolean>;
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

type Item = Record<string, AttributeValue>;

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
