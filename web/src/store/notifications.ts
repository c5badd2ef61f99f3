/** The user's notifications: what was told, what they have seen, what they answered. */

import { computed, signal } from "@preact/signals";

import type { Cloud, Cursor, NotificationPage } from "../cloud/cloud";
import type { Image, Notification } from "../cloud/records";
import { kindOf, nounOf } from "../kinds";
import { inParallel } from "../parallel";
import { Explained } from "../problems";
import { words } from "../words/language";
import { same } from "./same";

/** As many as one mail is about, at most: so a page ends with a whole group, or in its middle. */
const PAGE = 100;

export type Answer = "keep" | "delete" | "retry";

/** Kinds of ends after which the stack can try again. */
export const RETRIED: readonly string[] = ["over_quota", "failed"];

/** What an answer asks for, as far as the page does it. */
export interface AnswerActions {
  /** Delete a photo, if it is still there. */
  deletePhoto(key: string): Promise<void>;
  /** An answer was recorded: the stack may act on it. */
  onAnswered(): void;
}

export class NotificationStore {
  /** All that were read, newest first. */
  readonly list = signal<readonly Notification[]>([]);
  /** Whether the table has been read. */
  readonly loaded = signal(false);
  readonly hasOlder = signal(false);
  /** How many pages of older ones have been read. */
  readonly pages = signal(0);
  /** How many of those that have not been read here are new. */
  readonly #olderUnseen = signal(0);
  readonly unseen = computed(
    () => this.list.value.filter((one) => !one.seen_at).length + this.#olderUnseen.value,
  );
  /** What is told together, newest first. */
  readonly groups = computed(() => groupsOf(this.list.value));
  #older?: Cursor;
  #isCounted = false;
  /** What this page said of notifications, by their ids: the table shows it a moment later. */
  readonly #said = new Map<string, Partial<Notification>>();

  constructor(
    readonly cloud: Cloud,
    readonly actions: AnswerActions,
  ) {}

  read(): Promise<NotificationPage> {
    return this.cloud.notifications(PAGE);
  }

  /** Take the newest page as the table holds it; whether anything has changed. */
  set({ notifications: page, next }: NotificationPage): boolean {
    const before = this.list.peek();
    const oldest = page.at(-1)?.notification_id ?? "";
    const newest = page[0]?.notification_id ?? "";
    const joins = this.loaded.peek() && (before[0]?.notification_id ?? "") >= oldest;
    const live = before.filter((one) => one.notification_id > newest);
    const older = next && joins ? before.filter((one) => one.notification_id < oldest) : [];
    this.list.value = same(before, [...live, ...page.map(this.#asSaid), ...older]);
    if (!next) this.#setOlder(undefined, 0);
    else if (!joins) {
      this.#setOlder(next, 0);
      this.#isCounted = false;
    }
    this.loaded.value = true;
    if (!this.#isCounted) void this.#countOlder();
    return this.list.peek() !== before;
  }

  /** Take one notification, new or as it has become. */
  put(notification: Notification): void {
    const list = this.list.peek();
    const oldest = list.at(-1)?.notification_id;
    if (this.#older && oldest !== undefined && notification.notification_id < oldest) {
      this.#isCounted = false; // one that has not been read here was seen, perhaps
      return;
    }
    const others = list.filter((one) => one.notification_id !== notification.notification_id);
    this.list.value = [this.#asSaid(notification), ...others].sort((a, b) =>
      a.notification_id < b.notification_id ? 1 : -1,
    );
  }

  /** Read the next page of older ones, if `hasOlder`. */
  async loadOlder(): Promise<void> {
    const from = this.#older;
    if (!from) return;
    const page = await this.cloud.notifications(PAGE, from);
    if (from !== this.#older) return; // somebody else has read it meanwhile
    this.list.value = [...this.list.peek(), ...page.notifications.map(this.#asSaid)];
    const unseen = page.notifications.filter((one) => !one.seen_at).length;
    this.#setOlder(page.next, Math.max(0, this.#olderUnseen.peek() - unseen));
    this.pages.value += 1;
  }

  async markSeen(notifications: readonly Notification[]): Promise<void> {
    const ids = notifications.map((one) => one.notification_id);
    this.#saySeen(ids);
    try {
      await this.#markSeen(ids);
    } catch {
      // It counts as new again when the page is opened the next time: nobody has to be told.
    }
  }

  /** Mark all that are new as seen, also those that have not been read here. If it fails, they stay new. */
  async markAllSeen(): Promise<void> {
    const older = this.#older ? await this.cloud.unseen(this.#older) : [];
    const read = this.list.peek().filter((one) => !one.seen_at);
    const ids = [...read.map((one) => one.notification_id), ...older];
    await this.#markSeen(ids);
    this.#saySeen(ids);
    this.#olderUnseen.value = 0;
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
    this.#say([notification.notification_id], {
      response,
      responded_at: new Date().toISOString(),
    });
    this.actions.onAnswered();
  }

  /** Have an image processed again whose processing ended too early. */
  async retry({ image, kind }: Image): Promise<void> {
    const isAbout = (one: Notification) => one.image === image && RETRIED.includes(one.kind);
    const found =
      this.list.peek().find(isAbout) ?? (await this.cloud.notificationAbout(image, RETRIED));
    if (!found) {
      const noun = nounOf([kindOf({ kind })]);
      throw new Explained(words().notifications.tooOld(noun));
    }
    await this.respond(found, "retry");
  }

  #markSeen(ids: readonly string[]): Promise<void> {
    return inParallel(ids, (id) => this.cloud.markSeen(id));
  }

  #saySeen(ids: readonly string[]): void {
    this.#say(ids, { seen_at: new Date().toISOString() });
  }

  #setOlder(next: Cursor | undefined, unseen: number): void {
    this.#older = next;
    this.hasOlder.value = next !== undefined;
    this.#olderUnseen.value = unseen;
    if (!next) this.#isCounted = true;
  }

  async #countOlder(): Promise<void> {
    const from = this.#older;
    if (!from) return;
    this.#isCounted = true;
    try {
      const unseen = await this.cloud.unseen(from);
      if (from === this.#older) this.#olderUnseen.value = unseen.length;
      else this.#isCounted = false; // a page of them was read meanwhile
    } catch {
      this.#isCounted = false; // it is counted after the next read
    }
  }

  #say(ids: readonly string[], said: Partial<Notification>): void {
    for (const id of ids) this.#said.set(id, { ...this.#said.get(id), ...said });
    const about = new Set(ids);
    this.list.value = this.list
      .peek()
      .map((one) => (about.has(one.notification_id) ? this.#asSaid(one) : one));
  }

  /** A notification with what this page said of it, unless the table holds that already. */
  #asSaid = (notification: Notification): Notification => ({
    ...this.#said.get(notification.notification_id),
    ...notification,
  });
}

/** Notifications that are told together. There is at least one. */
export type Group = readonly [Notification, ...Notification[]];

/**
 * Groups as mails have them: of photos that are ready, those that one mail is about; and each that is
 * not, for its owner has to know which. What has not been mailed yet is together, too.
 */
function groupsOf(list: readonly Notification[]): Group[] {
  const groups = new Map<string, [Notification, ...Notification[]]>();
  for (const one of list) {
    const isNamed = one.kind !== "processed";
    const name = isNamed ? one.notification_id : `mail ${one.told_in ?? ""}`;
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return [...groups.values()];
}
