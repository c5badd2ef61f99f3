/** How much of their quota a user has used, and why they may not upload; in words. */

import type { Quota } from "./deployment";
import type { UsageRow } from "./records";
import { bytes, day } from "./words";

export interface Usage {
  storedBytes: number;
  storedObjects: number;
  /** Kept for a while though there was no room for it. */
  heldBytes: number;
  uploadedBytes: number;
  storedLimit?: number;
  uploadedLimit?: number;
}

/** Usage from the rows of the usage table; a user's own limits go before the general ones. */
export function usageOf(rows: readonly UsageRow[], quota: Quota, now = new Date()): Usage {
  const total = rows.find((row) => row.period === "total");
  const current = rows.find((row) => row.period === currentPeriod(quota.period, now));
  const limit = (own: number | undefined, general: number | undefined) =>
    general === undefined ? undefined : (own ?? general);
  return {
    storedBytes: total?.stored_bytes ?? 0,
    storedObjects: total?.stored_objects ?? 0,
    heldBytes: total?.held_bytes ?? 0,
    uploadedBytes: current?.uploaded_bytes ?? 0,
    storedLimit: limit(total?.limit_stored_bytes, quota.storedBytes),
    uploadedLimit: limit(current?.limit_uploaded_bytes, quota.uploadedBytes),
  };
}

/** Why nothing more can be uploaded, and until when; nothing while there is room. */
export function overQuota(usage: Usage, quota: Quota, now = new Date()): string | undefined {
  const { storedLimit, uploadedLimit } = usage;
  if (storedLimit !== undefined && usage.storedBytes + usage.heldBytes > storedLimit) {
    return (
      `Your storage of ${bytes(storedLimit)} is full. You can upload again as soon as you have ` +
      `deleted at least ${bytes(usage.storedBytes + usage.heldBytes - storedLimit)} of photos.`
    );
  }
  if (uploadedLimit !== undefined && usage.uploadedBytes >= uploadedLimit) {
    return (
      `You have used your upload allowance of ${bytes(uploadedLimit)} for this ${quota.period}. ` +
      `You can upload again from ${day(nextPeriod(quota.period, now))}.`
    );
  }
  return undefined;
}

/** Why a file of this size does not fit beside what is `pending`; nothing if it does. */
export function noRoom(
  usage: Usage,
  quota: Quota,
  size: number,
  pending: number,
  now = new Date(),
): string | undefined {
  const over = overQuota(usage, quota, now);
  if (over) return over;
  const { storedLimit, uploadedLimit } = usage;
  const storageLeft = (storedLimit ?? Infinity) - usage.storedBytes - usage.heldBytes - pending;
  if (size > storageLeft) {
    return (
      `This photo has ${bytes(size)}, and only ${bytes(Math.max(0, storageLeft))} of your ` +
      `storage of ${bytes(storedLimit ?? 0)} are left. Delete photos that you no longer need.`
    );
  }
  const allowanceLeft = (uploadedLimit ?? Infinity) - usage.uploadedBytes - pending;
  if (size > allowanceLeft) {
    return (
      `This photo has ${bytes(size)}, and only ${bytes(Math.max(0, allowanceLeft))} of this ` +
      `${quota.period}’s upload allowance of ${bytes(uploadedLimit ?? 0)} are left. ` +
      `The next ${quota.period} begins on ${day(nextPeriod(quota.period, now))}.`
    );
  }
  return undefined;
}

/** The period that a moment falls into, as the usage table's sort key; in UTC. */
export function currentPeriod(period: Quota["period"], now = new Date()): string {
  return now.toISOString().slice(0, period === "day" ? 10 : 7);
}

/** When the next period begins. */
export function nextPeriod(period: Quota["period"], now = new Date()): Date {
  return period === "day"
    ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
    : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
}
