/** What the tables hold, as the page reads it. */

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export const STEPS = ["thumbnail", "watermark", "transcode", "metadata", "quota"] as const;

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
  image: string;
  version: string;
  status: Status;
  bytes: number;
  uploaded_at: string;
  steps: Record<string, Step>;
  renditions: Record<string, Rendition>;
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
  kind: Status | string;
  image: string;
  message: string;
  reason?: string;
  sent_at: string;
  seen_at?: string;
  response?: string;
  responded_at?: string;
}

/** A row of the usage table: of all time (`total`), or of a period. */
export interface UsageRow {
  period: string;
  stored_bytes?: number;
  stored_objects?: number;
  held_bytes?: number;
  uploaded_bytes?: number;
  limit_stored_bytes?: number;
  limit_uploaded_bytes?: number;
}

type Item = Record<string, AttributeValue>;

/** A DynamoDB item as plain values. */
export function plain<T>(item: Item): T {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, valueOf(value)]),
  ) as T;
}

function valueOf(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return plain(value.M);
  if (value.L !== undefined) return value.L.map(valueOf);
  if (value.SS !== undefined) return value.SS;
  return undefined;
}
