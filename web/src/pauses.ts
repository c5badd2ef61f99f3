/** Pauses between attempts: what failed is tried again by itself, within seconds of its cause. */

export const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/** The pause after the next failure. */
export function nextPause(pause: number): number {
  return Math.min(pause * 1.5, LONGEST_PAUSE_MS);
}
