/** What an open page knows: photos, uploads on their way, usage and notifications, as signals. */

import { batch, computed, signal } from "@preact/signals";

import type { Cloud, Cursor } from "./cloud";
import { Feed } from "./feed";
import { keep, recall } from "./kept";
import { noRoom, overQuota, usageOf } from "./quota";
import type { Image, Notification, UsageRow } from "./records";
import { LiveSocket, type Message } from "./socket";
import { Uploads } from "./uploads";

const PAGE = 48;
const NOTIFICATIONS = 40;
const CONNECT_AFTER_MS = 1_000;

/**
 * How the services say that they do not know credentials, or not any more. A browser may not read an
 * answer that lacks CORS headers, as one to an unknown caller can: that is a TypeError of fetch.
 */
const UNKNOWN_CREDENTIALS: ReadonlySet<string> = new Set([
  "TypeError",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "UnrecognizedClientException",
]);

export type Answer = "keep" | "delete" | "retry";

export class Studio {
  readonly images = signal<ReadonlyMap<string, Image>>(new Map());
  readonly notifications = signal<readonly Notification[]>([]);
  readonly usageRows = signal<readonly UsageRow[] | undefined>(undefined);
  readonly loaded = signal(false);
  readonly problem = signal<string | undefined>(undefined);
  readonly hasOlder = signal(false);
  readonly live = signal(false);
  /** The last thing that happened, for screen readers. */
  readonly said = signal("");

  readonly uploads: Uploads;
  readonly #feed: Feed;
  readonly #socket: LiveSocket;
  #older?: Cursor;
  /** Versions deleted here; the tables say so a moment later. */
  readonly #deleted = new Map<string, string>();
  #connecting: ReturnType<typeof setTimeout> | undefined;
  #wasOver = false;
  /** New credentials were asked for because these were not known; once, until they work. */
  #renewing = false;
  #answered: () => void = () => {};

  /** Keys, newest first: photos, and those that are still on their way. */
  readonly photos = computed(() => {
    const at = new Map<string, string>();
    for (const upload of this.uploads.list.value)
      if (upload.key) at.set(upload.key, upload.startedAt);
    for (const image of this.images.value.values()) {
      if (!at.has(image.image)) {
        at.set(image.image, this.uploads.beganAt(image.image) ?? image.uploaded_at);
      }
    }
    return [...at].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).map(([key]) => key);
  });

  readonly unseen = computed(() => this.notifications.value.filter((one) => !one.seen_at).length);

  readonly usage = computed(() =>
    this.usageRows.value ? usageOf(this.usageRows.value, this.cloud.deployment.quota) : undefined,
  );

  /** Why nothing can be uploaded now, and until when. */
  readonly full = computed(() =>
    this.usage.value ? overQuota(this.usage.value, this.cloud.deployment.quota) : undefined,
  );

  readonly #waiting = computed(
    () =>
      this.uploads.landed.value > 0 ||
      [...this.images.value.values()].some((image) => image.status === "processing"),
  );

  constructor(readonly cloud: Cloud) {
    this.uploads = new Uploads(cloud, {
      onLanded: () => this.#feed.hurry(),
      asked: new Promise((resolve) => {
        this.#answered = resolve;
      }),
      room: (size, pending) =>
        this.usage.value && noRoom(this.usage.value, cloud.deployment.quota, size, pending),
      onDenied: () => this.#onDenied(),
    });
    this.#socket = new LiveSocket(cloud.deployment, cloud.session, {
      // What changed while nobody listened is in the tables.
      onOpen: () => {
        this.live.value = true;
        this.#feed.ask();
      },
      onMessage: (message) => this.#hear(message),
      onClose: () => {
        this.live.value = false;
        this.#feed.ask();
      },
    });
    this.#feed = new Feed({
      refresh: () => this.refresh(),
      isWaiting: () => this.#waiting.value,
      isLive: () => this.#socket.open,
    });
  }

  start(): void {
    this.#put(recall(this.cloud.session.identityId));
    this.#feed.start();
    // The photos come first: opening the connection reads everything once more.
    this.#connecting = setTimeout(() => this.#socket.start(), CONNECT_AFTER_MS);
    addEventListener("online", this.#onOnline);
    addEventListener("pagehide", this.#keep);
    document.addEventListener("visibilitychange", this.#keep);
    void this.uploads.start();
  }

  stop(): void {
    removeEventListener("online", this.#onOnline);
    removeEventListener("pagehide", this.#keep);
    document.removeEventListener("visibilitychange", this.#keep);
    clearTimeout(this.#connecting);
    this.#socket.stop();
    this.#feed.stop();
    this.uploads.stop();
  }

  /** Read what is newest; whether anything has changed since the last time. */
  async refresh(): Promise<boolean> {
    try {
      const [page, notifications, usage] = await Promise.all([
        this.cloud.images(PAGE),
        this.cloud.notifications(NOTIFICATIONS),
        this.cloud.usage(),
      ]);
      const before = this.#state();
      batch(() => {
        this.#mergePage(page.images, page.next);
        this.notifications.value = same(this.notifications.peek(), notifications);
        this.usageRows.value = same(this.usageRows.peek(), usage);
        this.loaded.value = true;
        this.problem.value = undefined;
      });
      this.#renewing = false;
      this.#followQuota();
      this.#answered();
      const after = this.#state();
      return before.some((value, index) => value !== after[index]);
    } catch (error) {
      if (await this.#renewed(error)) return true;
      this.#answered(); // an upload that is too much is still refused, only later
      this.problem.value = navigator.onLine
        ? `Your photos could not be loaded: ${error instanceof Error ? error.message : error}`
        : undefined;
      throw error;
    }
  }

  async loadOlder(): Promise<void> {
    if (!this.#older) return;
    const page = await this.cloud.images(PAGE, this.#older);
    batch(() => {
      this.#put(page.images);
      this.#older = page.next;
      this.hasOlder.value = page.next !== undefined;
    });
  }

  /** Make sure that an image with its metadata is known; whether there is one. */
  async load(key: string): Promise<boolean> {
    const image = await this.cloud.image(key);
    if (image) this.#put([image]);
    return image !== undefined;
  }

  async remove(key: string): Promise<void> {
    await this.cloud.deleteImage(key);
    this.#deleted.set(key, this.images.peek().get(key)?.version ?? "");
    this.#drop(key);
    this.#feed.hurry();
  }

  async markSeen(notification: Notification): Promise<void> {
    if (notification.seen_at) return;
    const seen_at = new Date().toISOString();
    this.#replace({ ...notification, seen_at });
    await this.cloud.markSeen(notification);
  }

  /** Answer a notification, and do what the answer says. */
  async respond(notification: Notification, response: Answer): Promise<void> {
    if (response === "delete" && this.images.peek().has(notification.image)) {
      await this.remove(notification.image);
    }
    await this.cloud.respond(notification, response);
    const responded_at = new Date().toISOString();
    this.#replace({ ...notification, response, responded_at });
    this.#feed.hurry();
  }

  /** Whether new credentials are worth another attempt after this error, which they are once. */
  async #renewed(error: unknown): Promise<boolean> {
    if (this.#renewing || !(error instanceof Error) || !UNKNOWN_CREDENTIALS.has(error.name))
      return false;
    this.#renewing = true;
    try {
      await this.cloud.session.renew();
    } catch {
      return false; // the connection is at fault, not the credentials
    }
    return true;
  }

  #onOnline = (): void => this.#socket.hurry();

  /** A page that is left or hidden may not come back. */
  #keep = (): void => {
    if (!this.loaded.peek()) return;
    const images = this.photos.peek().map((key) => this.images.peek().get(key));
    keep(
      this.cloud.session.identityId,
      images.filter((image) => image !== undefined),
    );
  };

  #hear(message: Message): void {
    if (message.type === "image") {
      const { type: _, ...image } = message;
      this.#put([image]);
    } else if (message.type === "image-removed") {
      const known = this.images.peek().get(message.image);
      if (known && known.version <= message.version) this.#drop(message.image);
    } else if (message.type === "notification") {
      const { type: _, ...told } = message;
      const others = this.notifications
        .peek()
        .filter((one) => one.notification_id !== told.notification_id);
      this.notifications.value = [told, ...others]
        .sort((a, b) => (a.notification_id < b.notification_id ? 1 : -1))
        .slice(0, NOTIFICATIONS);
    } else if (message.type === "usage") {
      const { type: _, ...row } = message;
      const others = (this.usageRows.peek() ?? []).filter((one) => one.period !== row.period);
      this.usageRows.value = [row, ...others];
      this.#followQuota();
    }
  }

  #replace(notification: Notification): void {
    this.notifications.value = this.notifications
      .peek()
      .map((one) => (one.notification_id === notification.notification_id ? notification : one));
  }

  #mergePage(page: Image[], next?: Cursor): void {
    const oldest = page.at(-1)?.uploaded_at ?? "";
    const found = new Set(page.map((image) => image.image));
    const images = new Map(this.images.peek());
    for (const [key, image] of images) {
      // The page holds everything that is newer than its last: what is missing is deleted, unless
      // the index has not heard of it yet.
      const fresh = Date.now() - Date.parse(image.uploaded_at) < 10_000;
      if (!found.has(key) && !fresh && (!next || image.uploaded_at > oldest)) images.delete(key);
    }
    if (images.size !== this.images.peek().size) this.images.value = images;
    for (const key of this.#deleted.keys()) if (!found.has(key)) this.#deleted.delete(key);
    if (!this.#older) {
      this.#older = next;
      this.hasOlder.value = next !== undefined;
    }
    this.#put(page);
  }

  /** Take images over, unless what is known is newer. */
  #put(found: readonly Image[]): void {
    const images = new Map(this.images.peek());
    let changed = false;
    for (const image of found) {
      const key = image.image;
      const known = images.get(key);
      const deleted = this.#deleted.get(key);
      if ((deleted !== undefined && image.version <= deleted) || isOlder(image, known)) continue;
      const metadata =
        image.metadata ?? (known?.version === image.version ? known.metadata : undefined);
      const merged = same(known, metadata ? { ...image, metadata } : image);
      if (merged === known) continue;
      images.set(key, merged);
      changed = true;
      if (known?.status === "processing" && merged.status !== "processing") this.#announce(merged);
    }
    if (changed) this.images.value = images;
    this.uploads.settle(new Set(images.keys()));
  }

  #drop(key: string): void {
    const images = new Map(this.images.peek());
    if (images.delete(key)) this.images.value = images;
    this.uploads.forget(key);
  }

  #announce(image: Image): void {
    const name = image.image.slice(image.image.lastIndexOf("/") + 1);
    this.said.value = `${name}: ${image.status === "processed" ? "ready" : (image.message ?? image.status)}`;
  }

  /** The credentials say whether this user may upload: they are stale once there is room again. */
  #followQuota(): void {
    const over = this.full.peek() !== undefined;
    if (this.#wasOver && !over) void this.cloud.session.renew();
    this.#wasOver = over;
  }

  /** S3 refused an upload: why, or nothing if new credentials will do. */
  async #onDenied(): Promise<string | undefined> {
    try {
      this.usageRows.value = await this.cloud.usage();
    } catch (error) {
      if (await this.#renewed(error)) return undefined;
      throw error;
    }
    const reason = this.full.peek();
    if (!reason) await this.cloud.session.renew();
    return reason;
  }

  #state(): unknown[] {
    return [this.images.peek(), this.notifications.peek(), this.usageRows.peek()];
  }
}

/** Whether a record says less than what is known: an older version, or fewer finished steps of it. */
function isOlder(image: Image, known?: Image): boolean {
  if (!known || image.version > known.version) return false;
  if (image.version < known.version) return true;
  return finished(image) < finished(known) && image.status === "processing";
}

function finished(image: Image): number {
  return Object.values(image.steps).filter((step) => step.state !== "pending").length;
}

/** The very same value for the same content, so that what has not changed is not drawn again. */
function same<T>(before: T | undefined, after: T): T {
  return before !== undefined && canonical(before) === canonical(after) ? before : after;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
