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
 * Where a photo belongs: when it was taken, by the clock that its camera had, wherever that was; when
 * its upload started, by the clock here, if it does not say when it was taken.
 */
export function placed({ key, takenAt, uploadedAt }: Entry): Placed {
  const taken = /^\d{4}[-\d]*(T[\d:.]*)?/.exec(takenAt ?? "")?.[0];
  return { key, at: taken ?? hereAt(startOf(key) ?? uploadedAt) };
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
