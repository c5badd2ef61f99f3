/**
 * Where the requests of paused uploads wait. What is under way is sent to its end and nothing after
 * it, so that a pause loses nothing: S3 keeps whole parts only.
 */
export class Gate {
  readonly #paused = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** `onWait` is called when an upload begins to wait. */
  constructor(readonly onWait: () => void) {}

  isPaused(key: string): boolean {
    return this.#paused.has(key);
  }

  /** Whether a request of this upload waits, so that nothing of it is under way. */
  isWaiting(key: string): boolean {
    return this.#waiting.has(key);
  }

  pause(key: string): void {
    this.#paused.add(key);
  }

  resume(key: string): void {
    this.#paused.delete(key);
    for (const go of this.#waiting.get(key) ?? []) go();
    this.#waiting.delete(key);
  }

  /** Resolves as soon as a request of this upload may be sent. */
  async pass(key: string): Promise<void> {
    if (!this.#paused.has(key)) return;
    await new Promise<void>((go) => {
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), go]);
      this.onWait();
    });
  }
}
