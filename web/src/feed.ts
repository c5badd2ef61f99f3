/**
 * When to read the tables: after the live connection opens, and, while it is not to be had, at
 * intervals that grow as long as nothing changes.
 */

const SHORTEST_MS = 400;
const LONGEST_WAITING_MS = 3_000; // while a photo is being processed
const LONGEST_IDLE_MS = 30_000;
/** With a live connection asking is only a safety net. */
const LIVE_WAITING_MS = 10_000;
const LIVE_IDLE_MS = 5 * 60_000;
const GROWTH = 1.5;

export interface FeedSource {
  /** Read everything again; whether anything has changed. */
  refresh(): Promise<boolean>;
  /** Whether a photo is being processed. */
  isWaiting(): boolean;
  isLive(): boolean;
}

export interface Circumstances {
  changed: boolean;
  waiting: boolean;
  live: boolean;
}

/** The next interval, in ms: short after a change, longer each time without one. */
export function nextInterval(before: number, { changed, waiting, live }: Circumstances): number {
  if (live) return waiting ? LIVE_WAITING_MS : LIVE_IDLE_MS;
  if (changed) return SHORTEST_MS;
  return Math.min(before * GROWTH, waiting ? LONGEST_WAITING_MS : LONGEST_IDLE_MS);
}

export class Feed {
  #interval = SHORTEST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #asking = false;
  #again = false;

  constructor(readonly source: FeedSource) {}

  start(): void {
    this.#running = true;
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("online", this.#wake);
    this.ask();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("online", this.#wake);
  }

  /** Something is about to change: unless it is told live, ask often for a while. */
  hurry(): void {
    if (!this.source.isLive()) this.ask();
    else this.#plan(false);
  }

  /** Ask now. */
  ask(): void {
    this.#interval = SHORTEST_MS;
    void this.#turn();
  }

  #wake = (): void => {
    if (!document.hidden) this.ask();
  };

  async #turn(): Promise<void> {
    if (!this.#running) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#asking = true;
    let changed = false;
    try {
      changed = await this.source.refresh();
    } catch {
      // The page says so; the next turn tries again.
    }
    this.#asking = false;
    if (this.#again) {
      this.#again = false;
      void this.#turn();
    } else {
      this.#plan(changed);
    }
  }

  #plan(changed: boolean): void {
    const { source } = this;
    clearTimeout(this.#timer);
    this.#interval = nextInterval(this.#interval, {
      changed,
      waiting: source.isWaiting(),
      live: source.isLive(),
    });
    // A page that nobody looks at asks nothing; it wakes up when it is looked at.
    if (this.#running && !document.hidden) {
      this.#timer = setTimeout(() => void this.#turn(), this.#interval);
    }
  }
}
