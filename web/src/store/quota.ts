/** A user's usage against their quota, and sentences that say why they may not upload. */

import type { Quota } from "../cloud/deployment";
import type { UsageRow } from "../cloud/records";
import { bytes, day } from "../format";
import { words } from "../words/language";

export interface Usage {
  storedBytes: number;
  storedObjects: number;
  /** Bytes of photos that are over the quota: they are stored, but expire soon. */
  heldBytes: number;
  uploadedBytes: number;
  uploadedObjects: number;
  storedLimit?: number;
  uploadedLimit?: number;
  uploadsLimit?: number;
}

/** The usage that rows of the usage table say. A user's own limits replace the general ones. */
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
    uploadedObjects: current?.uploaded_objects ?? 0,
    storedLimit: limit(total?.limit_stored_bytes, quota.storedBytes),
    uploadedLimit: limit(current?.limit_uploaded_bytes, quota.uploadedBytes),
    uploadsLimit: limit(current?.limit_uploaded_objects, quota.uploadedObjects),
  };
}

/** Why nothing more can be uploaded, and until when, as a sentence; undefined while there is room. */
export function overQuota(usage: Usage, quota: Quota, now = new Date()): string | undefined {
  const { storedLimit, uploadedLimit, uploadsLimit } = usage;
  const say = words().quota;
  const next = day(nextPeriod(quota.period, now));
  if (storedLimit !== undefined && usage.storedBytes + usage.heldBytes > storedLimit) {
    const excess = usage.storedBytes + usage.heldBytes - storedLimit;
    return say.storageFull(bytes(storedLimit), bytes(excess));
  }
  if (uploadedLimit !== undefined && usage.uploadedBytes >= uploadedLimit) {
    return say.allowanceUsed[quota.period](bytes(uploadedLimit), next);
  }
  if (uploadsLimit !== undefined && usage.uploadedObjects >= uploadsLimit) {
    return say.uploadsUsed[quota.period](uploadsLimit, next);
  }
  return undefined;
}

/**
 * Why a file does not fit beside other uploads, whose sizes are `pending`, as a sentence; undefined
 * if it does.
 */
export function tooLarge(
  usage: Usage,
  quota: Quota,
  fileSize: number,
  pendingSizes: readonly number[],
  now = new Date(),
): string | undefined {
  const over = overQuota(usage, quota, now);
  if (over) return over;
  const charged = (bytes: number) => Math.max(bytes, quota.minimumBytes);
  const size = charged(fileSize);
  const pending = pendingSizes.reduce((sum, bytes) => sum + charged(bytes), 0);
  const { storedLimit, uploadedLimit } = usage;
  const say = words().quota;
  const counts = size !== fileSize;
  const storageLeft = (storedLimit ?? Infinity) - usage.storedBytes - usage.heldBytes - pending;
  if (size > storageLeft) {
    const free = bytes(Math.max(0, storageLeft));
    return say.noStorage(bytes(size), counts, free, bytes(storedLimit ?? 0));
  }
  const allowanceLeft = (uploadedLimit ?? Infinity) - usage.uploadedBytes - pending;
  if (size > allowanceLeft) {
    const left = bytes(Math.max(0, allowanceLeft));
    const next = day(nextPeriod(quota.period, now));
    return say.noAllowance[quota.period](
      bytes(size),
      counts,
      left,
      bytes(uploadedLimit ?? 0),
      next,
    );
  }
  return undefined;
}

/** The sort key of the usage table for the period of a moment, in UTC. */
export function currentPeriod(period: Quota["period"], now = new Date()): string {
  return now.toISOString().slice(0, period === "day" ? 10 : 7);
}

/** The first moment of the next period. */
export function nextPeriod(period: Quota["period"], now = new Date()): Date {
  return period === "day"
    ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
    : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
}
