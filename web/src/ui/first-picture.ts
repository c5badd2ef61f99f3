/** For how long at most other pictures leave the line to the first one of a page. */
export const ALONE_MS = 150;

/**
 * Whose turn it is to load a picture. Pictures that are loaded at the same time share the line, and on a
 * slow one all of them come late: so the first one has a start, once. By the time that others have asked
 * and are answered, it is there.
 */
export class FirstPicture {
  #settle!: () => void;
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));
  #isTaken = false;

  /** Resolves when a picture may be loaded: at once for whoever asks first. */
  async turn(): Promise<void> {
    if (this.#isTaken) return this.#settled;
    this.#isTaken = true;
    setTimeout(this.#settle, ALONE_MS);
  }

  /** A picture is there. */
  settle(): void {
    this.#settle();
  }
}
