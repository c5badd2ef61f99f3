/** For how long other pictures leave the line to the first one that a page shows. */
export const ALONE_MS = 400;

/**
 * Who may load a picture, and when. Pictures that are loaded at the same time share the line, and on
 * a slow one all of them come late: so the first one has it to itself, once.
 */
export class FirstPicture {
  #settle!: () => void;
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));
  #isAwaited = false;

  /** Resolves when another picture may be loaded. */
  get turnOfOthers(): Promise<void> {
    if (!this.#isAwaited) {
      this.#isAwaited = true;
      setTimeout(this.#settle, ALONE_MS); // there may be none, or it may be large
    }
    return this.#settled;
  }

  /** The first picture is there, or cannot be had. */
  settle(): void {
    this.#settle();
  }
}
