/** What the list of uploads says of all of them, in a line. */

import { bytes, count, roughly } from "../format";
import { nounOf } from "../kinds";
import type { Progress } from "../uploads/batch";
import type { Upload, UploadState } from "../uploads/upload-store";

/** The line for uploads that belong together; `uploads` are those that are still on the list. */
export function titleOf(uploads: readonly Upload[], progress: Progress): string {
  const pending = uploads.filter(({ state }) => state !== "uploaded" && state !== "refused");
  const noun = nounOf(progress.kinds);
  const refused = uploads.filter(({ state }) => state === "refused").length;
  if (pending.length === 0) {
    const done = progress.done ? [`${count(progress.done, noun)} uploaded`] : [];
    const not = refused ? [`${count(refused, "file")} not accepted`] : [];
    return [...done, ...not].join(", ");
  }
  const are = (...states: UploadState[]) => pending.every(({ state }) => states.includes(state));
  if (are("failed", "lost")) return `${count(pending.length, noun)} not uploaded`;
  const what =
    progress.total === 1
      ? `1 ${noun}, ${bytes(progress.sent)} of ${bytes(progress.size)}`
      : `${progress.done} of ${count(progress.total, noun)}`;
  if (are("paused")) return `Paused: ${what}`;
  if (are("paused", "pausing")) return `Pausing: ${what}`;
  if (are("offline")) return `Waiting for the connection: ${what}`;
  const left = progress.msLeft === undefined ? "" : `, ${roughly(progress.msLeft)} left`;
  return `Uploading ${what}${left}`;
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
