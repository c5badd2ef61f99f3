/** Numbers and times as people write them in the language of the page. */

import { perLocale, words } from "./words/language";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

const plain = perLocale((locale) => new Intl.NumberFormat(locale));
const dateTime = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
);
const timeOnly = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: "medium" }));
const dateOnly = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "long" }));
const weekdayOnly = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" }),
);
const weekdayOfYear = perLocale(
  (locale) =>
    new Intl.DateTimeFormat(locale, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
    }),
);
const monthOnly = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }),
);
const relative = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const all = perLocale((locale) => new Intl.ListFormat(locale));
/** By unit and digits: none, or one. */
const sizes = perLocale((locale) =>
  UNITS.map((unit) =>
    [0, 1].map(
      (digits) =>
        new Intl.NumberFormat(locale, {
          style: "unit",
          unit,
          unitDisplay: unit === "byte" ? "long" : "short",
          maximumFractionDigits: digits,
        }),
    ),
  ),
);

/** A number: `1,234`. */
export function number(value: number): string {
  return plain().format(value);
}

/** Several things in a row: `photos, videos and tables`. */
export function list(items: readonly string[]): string {
  return all().format(items);
}

/** A size in decimal units, as phones and shops count them: `3.4 MB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 9.95 && unit > 1 ? 1 : 0;
  return sizes()[unit]![digits]!.format(value);
}

/** Date and time of an ISO 8601 time, a day alone as a date; any other text as it is. */
export function moment(iso: string): string {
  const [, year, month, dayOfMonth] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso) ?? [];
  // The browser's own day: a day alone is no time in any zone.
  if (year) return day(new Date(Number(year), Number(month) - 1, Number(dayOfMonth)));
  if (/^\d{4}(-\d\d)?$/.test(iso)) return iso;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : dateTime().format(date);
}

/** The time of day, to the second. */
export function timeOfDay(iso: string): string {
  return timeOnly().format(new Date(iso));
}

/** How long something lasts, as players show it: `1:05`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const parts = hours ? [hours, String(minutes).padStart(2, "0")] : [minutes];
  return [...parts, String(rest).padStart(2, "0")].join(":");
}

/** A date: `1 December 2026`. */
export function day(date: Date): string {
  return dateOnly().format(date);
}

/** A day as a heading, without this year: `Sat, 14 Nov`. A month or a year alone as it is called. */
export function dayHeading(iso: string, now = new Date()): string {
  const [year = 0, month, dayOfMonth] = iso.split("-").map(Number);
  if (!month || !dayOfMonth) return monthHeading(iso);
  const date = new Date(year, month - 1, dayOfMonth);
  const daysAgo = Math.round(
    (new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime() - date.getTime()) /
      86_400_000,
  );
  if (daysAgo === 0) return words().times.today;
  if (daysAgo === 1) return words().times.yesterday;
  return (year === now.getFullYear() ? weekdayOnly() : weekdayOfYear()).format(date);
}

/** A month: `November 2026`; a year alone as it is. */
export function monthHeading(iso: string): string {
  const [year = 0, month] = iso.split("-").map(Number);
  return month ? monthOnly().format(new Date(year, month - 1)) : iso;
}

/** How long ago a time was, rounded: `2 minutes ago`. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  for (const [unit, length] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const) {
    if (Math.abs(seconds) >= length) return relative().format(Math.round(seconds / length), unit);
  }
  return words().times.justNow;
}

/** A time as people estimate it: `about 2 minutes`. */
export function roughly(ms: number): string {
  const { times } = words();
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 10) return times.fewSeconds;
  if (seconds < 55) return times.aboutSeconds(Math.ceil(seconds / 10) * 10);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return times.aboutMinutes(Math.max(1, minutes));
  return times.aboutHours(Math.round(minutes / 60));
}

/** A text with a capital at its beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
