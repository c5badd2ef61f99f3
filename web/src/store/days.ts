/** The order of the gallery: by day, each photo in the day on which it was taken. */

import type { Entry } from "../cloud/photo-index";
import { startOf } from "../uploads/keys";

/** A photo or an upload, and its moment on the clock of whoever took it: `2026-11-24T08:30:00`. */
export interface Placed {
  key: string;
  at: string;
}

/** Photos of one day, newest first. Its name is the day, or a month or year where no more is known. */
export interface Day {
  name: string;
  keys: string[];
}

/**
 * Where a photo belongs: when it was taken; when its upload started, by the clock here, if it does not
 * say when it was taken.
 */
export function placed(entry: Entry): Placed {
  const { key, uploadedAt } = entry;
  const start = startOf(key) ?? "";
  const uploaded = Number.isNaN(Date.parse(start)) ? uploadedAt : start;
  return { key, at: takenOn(entry) ?? hereAt(uploaded) };
}

/** When a photo was taken, by the clock that its camera had, wherever that was, if it says so. */
export function takenOn({ takenAt = "", kind }: Entry): string | undefined {
  // Most cameras write the time of a video in UTC, whatever their clock shows.
  if (kind === "video" && takenAt.endsWith("+00:00")) return hereAt(takenAt);
  return /^\d{4}[-\d]*(T[\d:.]*)?/.exec(takenAt)?.[0];
}

/** A moment by the clock of this browser. */
export function hereAt(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}

/** All days, newest first. Photos of one moment are in the order of their keys, which say their start. */
export function daysOf(photos: Iterable<Placed>): Day[] {
  const sorted = [...photos].sort((a, b) =>
    a.at === b.at ? (a.key < b.key ? 1 : -1) : a.at < b.at ? 1 : -1,
  );
  const days: Day[] = [];
  for (const { key, at } of sorted) {
    const name = at.slice(0, 10);
    const last = days.at(-1);
    if (last?.name === name) last.keys.push(key);
    else days.push({ name, keys: [key] });
  }
  return days;
}

/** The month of a day: `2026-11`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}
