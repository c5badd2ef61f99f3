/** What the list of uploads says of all of them, in a line. */

import { bytes, roughly } from "../format";
import { nounOf } from "../kinds";
import type { Progress } from "../uploads/batch";
import type { Upload, UploadState } from "../uploads/upload-store";
import { words } from "../words/language";

/** The line for uploads that belong together; `uploads` are those that are still on the list. */
export function titleOf(uploads: readonly Upload[], progress: Progress): string {
  const pending = uploads.filter(({ state }) => state !== "uploaded" && state !== "refused");
  const noun = nounOf(progress.kinds);
  const say = words().uploads;
  const refused = uploads.filter(({ state }) => state === "refused").length;
  if (pending.length === 0) {
    const done = progress.done ? [say.uploaded(progress.done, noun)] : [];
    const not = refused ? [say.notAccepted(refused)] : [];
    return [...done, ...not].join(", ");
  }
  const are = (...states: UploadState[]) => pending.every(({ state }) => states.includes(state));
  if (are("failed", "lost")) return say.notUploaded(pending.length, noun);
  const what =
    progress.total === 1
      ? say.oneOf(noun, bytes(progress.sent), bytes(progress.size))
      : say.someOf(progress.done, progress.total, noun);
  if (are("paused")) return say.paused(what);
  if (are("paused", "pausing")) return say.pausing(what);
  if (are("offline")) return say.waiting(what);
  return progress.msLeft === undefined
    ? say.uploading(what)
    : say.uploadingLeft(what, roughly(progress.msLeft));
}

/** The order of rows: those that move are on top, those that wait are at the end. */
const RANKS: Record<UploadState, number> = {
  uploading: 0,
  pausing: 0,
  failed: 1,
  lost: 1,
  refused: 1,
  paused: 2,
  offline: 2,
  waiting: 3,
  uploaded: 4,
};

/** The same uploads in the order of their rows. */
export function inRowOrder(uploads: readonly Upload[]): Upload[] {
  return uploads.toSorted((a, b) => RANKS[a.state] - RANKS[b.state]);
}
