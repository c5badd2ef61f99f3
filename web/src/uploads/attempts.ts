/**
 * When an upload whose connection broke is tried again.
 *
 * A browser hides an answer without CORS headers, such as a refusal of S3's, and reports a broken
 * connection. So attempts end where the connection turns out to be there; where it is gone, nothing is
 * sent, and waiting costs nothing.
 */

/** The pause before another attempt; it doubles each time. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Attempts that break although the tables can be read: each may send the whole file. */
const MOST_WHILE_CONNECTED = 4;

export class Attempts {
  #pause = FIRST_PAUSE_MS;
  #whileConnected = 0;

  /** The pause before the next attempt in ms; undefined where another one is not worth it. */
  next(connected: boolean): number | undefined {
    if (connected && ++this.#whileConnected >= MOST_WHILE_CONNECTED) return undefined;
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    return pause;
  }
}
