/** The bin in words. */

import type { Entry } from "../cloud/photo-index";
import { words } from "../words/language";

const DAY_MS = 24 * 3600 * 1000;

/** How long something can still come out of the bin, which is until a moment: `3 days left`. */
export function leftInWords(until: string, now = Date.now()): string {
  const left = Math.ceil((Date.parse(until) - now) / DAY_MS);
  return left > 0 ? words().gallery.daysLeft(left) : words().gallery.goesSoon;
}

/** Whether something can come out of the bin: from its moment on it is being deleted. */
export function isRestorable({ binUntil }: Pick<Entry, "binUntil">, now = Date.now()): boolean {
  return binUntil === undefined || now < Date.parse(binUntil);
}
