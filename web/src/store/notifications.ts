/** The user's notifications: what was told, what they have seen, what they answered. */

import { computed, signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import type { Notification } from "../cloud/records";
import { same } from "./same";

/** How many of the newest are read and kept. */
const MOST = 40;

export type Answer = "keep" | "delete" | "retry";

/** What an answer asks for, as far as the page does it. */
export interface AnswerActions {
  /** Delete a photo, if it is still there. */
  deletePhoto(key: string): Promise<void>;
  /** An answer was recorded: the stack may act on it. */
  onAnswered(): void;
}

export class NotificationStore {
  /** Newest first. */
  readonly list = signal<readonly Notification[]>([]);
  /** Whether the table has been read. */
  readonly loaded = signal(false);
  readonly unseen = computed(() => this.list.value.filter((one) => !one.seen_at).length);
  /** What this page said of notifications, by their ids: the table shows it a moment later. */
  readonly #said = new Map<string, Partial<Notification>>();

  constructor(
    readonly cloud: Cloud,
    readonly actions: AnswerActions,
  ) {}

  read(): Promise<Notification[]> {
    return this.cloud.notifications(MOST);
  }

  /** Take notifications as the table holds them; whether anything has changed. */
  set(newest: readonly Notification[]): boolean {
    const before = this.list.peek();
    this.loaded.value = true;
    this.list.value = same(before, newest.map(this.#asSaid));
    return this.list.peek() !== before;
  }

  /** Take one notification, new or as it has become. */
  put(notification: Notification): void {
    const others = this.list
      .peek()
      .filter((one) => one.notification_id !== notification.notification_id);
    this.list.value = [this.#asSaid(notification), ...others]
      .sort((a, b) => (a.notification_id < b.notification_id ? 1 : -1))
      .slice(0, MOST);
  }

  async markSeen(notification: Notification): Promise<void> {
    if (notification.seen_at) return;
    this.#say(notification, { seen_at: new Date().toISOString() });
    try {
      await this.cloud.markSeen(notification);
    } catch {
      // It counts as new again when the page is opened the next time: nobody has to be told.
    }
  }

  /**
   * Record an answer, after what the page itself has to do for it.
   *
   * Who acts on an answer is whoever has the right to: only the owner's credentials may delete an
   * original, so the page deletes it first, and an answer is never recorded for a photo that is still
   * there. Only the stack may start its functions again, so for `retry` it acts on the record.
   * `keep` asks for nothing.
   */
  async respond(notification: Notification, response: Answer): Promise<void> {
    if (response === "delete") await this.actions.deletePhoto(notification.image);
    await this.cloud.respond(notification, response);
    this.#say(notification, { response, responded_at: new Date().toISOString() });
    this.actions.onAnswered();
  }

  #say(notification: Notification, said: Partial<Notification>): void {
    const id = notification.notification_id;
    this.#said.set(id, { ...this.#said.get(id), ...said });
    this.list.value = this.list
      .peek()
      .map((one) => (one.notification_id === id ? this.#asSaid(one) : one));
  }

  /** A notification with what this page said of it, unless the table holds that already. */
  #asSaid = (notification: Notification): Notification => ({
    ...this.#said.get(notification.notification_id),
    ...notification,
  });
}
