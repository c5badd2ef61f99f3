/**
 * When the page reads the tables: once the live connection is open, and, without a live connection,
 * at intervals that grow as long as nothing changes.
 */

const SHORTEST_MS = 400;
const LONGEST_WAITING_MS = 3_000; // while a photo is being processed
const LONGEST_IDLE_MS = 30_000;
/** With a live connection reading is only a safety net. */
const LIVE_WAITING_MS = 10_000;
const LIVE_IDLE_MS = 5 * 60_000;
/** After a read that failed: whatever the cause, the page is right again within seconds of its end. */
const LONGEST_FAILED_MS = 5_000;
const GROWTH = 1.5;

export interface RefresherSource {
  /** Read the newest items; whether anything has changed. */
  refresh(): Promise<boolean>;
  /** Whether a photo is being processed. */
  isWaiting(): boolean;
  isLive(): boolean;
}

export interface Circumstances {
  changed: boolean;
  failed: boolean;
  waiting: boolean;
  live: boolean;
}

/** The next interval in ms: short after a change or a failure, longer each time without one. */
export function nextInterval(
  before: number,
  { changed, failed, waiting, live }: Circumstances,
): number {
  if (failed) return Math.min(before * GROWTH, LONGEST_FAILED_MS);
  if (live) return waiting ? LIVE_WAITING_MS : LIVE_IDLE_MS;
  if (changed) return SHORTEST_MS;
  return Math.min(before * GROWTH, waiting ? LONGEST_WAITING_MS : LONGEST_IDLE_MS);
}

export class Refresher {
  #interval = SHORTEST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #refreshing = false;
  #again = false;

  constructor(readonly source: RefresherSource) {}

  start(): void {
    this.#running = true;
    document.addEventListener("visibilitychange", this.#onReturn);
    addEventListener("online", this.#onReturn);
    this.refreshNow();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onReturn);
    removeEventListener("online", this.#onReturn);
  }

  /** Something is about to change: without a live connection, read now and often for a while. */
  refreshSoon(): void {
    if (!this.source.isLive()) this.refreshNow();
    else this.#schedule({ changed: false, failed: false });
  }

  refreshNow(): void {
    this.#interval = SHORTEST_MS;
    void this.#refresh();
  }

  #onReturn = (): void => {
    if (!document.hidden) this.refreshNow();
  };

  async #refresh(): Promise<void> {
    if (!this.#running) return;
    if (this.#refreshing) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#refreshing = true;
    const outcome = { changed: false, failed: false };
    try {
      outcome.changed = await this.source.refresh();
    } catch {
      outcome.failed = true; // the source shows the problem
    }
    this.#refreshing = false;
    if (this.#again) {
      this.#again = false;
      void this.#refresh();
    } else {
      this.#schedule(outcome);
    }
  }

  #schedule(outcome: Pick<Circumstances, "changed" | "failed">): void {
    const { source } = this;
    clearTimeout(this.#timer);
    this.#interval = nextInterval(this.#interval, {
      ...outcome,
      waiting: source.isWaiting(),
      live: source.isLive(),
    });
    // A hidden page reads nothing; it reads again as soon as it is visible.
    if (this.#running && !document.hidden) {
      this.#timer = setTimeout(() => void this.#refresh(), this.#interval);
    }
  }
}
