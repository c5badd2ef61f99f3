/** What an open page knows: a store for each concern, and what keeps them up to date. */

import { batch, computed, signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import type { Image } from "../cloud/records";
import type { Login } from "../cloud/user-pool";
import { type AlbumMessage, LiveSocket, type Message } from "../cloud/live-socket";
import { tryAll } from "../parallel";
import { sentenceOf } from "../problems";
import { shownName } from "../uploads/keys";
import { UploadStore } from "../uploads/upload-store";
import { words } from "../words/language";
import { GalleryStore, type PhotoList } from "./gallery";
import { LibraryStore } from "./library";
import { NotificationStore } from "./notifications";
import { Refresher } from "./refresher";
import { SelectionStore } from "./selection";
import { Together } from "./together";
import { UsageStore } from "./usage";

/** The live connection opens after the first photos: once open, everything is read once more. */
const CONNECT_AFTER_MS = 1_000;
/** What is told of images within a frame is drawn together. */
const FRAME_MS = 16;

/**
 * Errors of services that do not accept the credentials any more. An answer to unknown credentials can
 * lack CORS headers, so that the browser hides it: then fetch throws a TypeError.
 */
const REFUSED_CREDENTIALS: ReadonlySet<string> = new Set([
  "TypeError",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "UnrecognizedClientException",
]);

export class AppStore {
  readonly uploads: UploadStore;
  readonly gallery: GalleryStore;
  readonly notifications: NotificationStore;
  readonly selection: SelectionStore;
  readonly usage: UsageStore;
  readonly library: LibraryStore;
  /** The list that is shown; undefined while the gallery is. */
  readonly list = signal<PhotoList | undefined>(undefined);
  /** Takes what the live connection tells of albums, once somebody looks at them. */
  onAlbum: (message: AlbumMessage) => void = () => {};
  /** Stops what was begun since this page was opened, when it is signed out. */
  onStop: () => void = () => {};
  /** Whether the live connection is open. */
  readonly live = signal(false);
  /** How often it has been opened: before the last time anything may have been missed. */
  readonly connections = signal(0);
  /** Why the photos could not be read, as a sentence. */
  readonly problem = signal<string | undefined>(undefined);
  /** Whose page it is, and whether they are a guest. */
  readonly owner = signal({ name: "", guest: true });
  /** Whether the session has ended, while the page is open: it goes on after signing in again. */
  readonly sessionEnded = signal(false);

  readonly #refresher: Refresher;
  readonly #socket: LiveSocket;
  readonly #told = new Together<Image>(FRAME_MS, (images) => this.gallery.put(images));
  #connecting: ReturnType<typeof setTimeout> | undefined;
  /** Credentials were renewed because they were refused. Once is enough, until a read succeeds. */
  #renewed = false;
  #onFirstRead: () => void = () => {};
  #stopWatching: () => void = () => {};

  constructor(readonly cloud: Cloud) {
    this.#showOwner();
    this.usage = new UsageStore(cloud);
    this.uploads = new UploadStore(cloud, {
      quotaKnown: new Promise((resolve) => {
        this.#onFirstRead = resolve;
      }),
      refusal: (size, pending) => this.usage.refusal(size, pending),
      hasPhoto: (key) => this.gallery.has(key),
      onUploaded: () => this.#refresher.refreshSoon(),
      reasonOfDenial: () => this.#reasonOfDenial(),
    });
    this.gallery = new GalleryStore(cloud, this.uploads);
    this.library = new LibraryStore(cloud, this.gallery);
    this.selection = new SelectionStore(cloud, {
      keys: computed(() => (this.list.value ?? this.gallery).keys.value),
      entries: computed(() => (this.list.value ?? this.gallery).entries.value),
      delete: (key) => this.deletePhoto(key),
    });
    this.notifications = new NotificationStore(cloud, {
      deletePhoto: async (key) => {
        if (this.gallery.known.peek().has(key)) await this.deletePhoto(key);
      },
      onAnswered: () => this.#refresher.refreshSoon(),
    });
    this.#socket = new LiveSocket(cloud.deployment, cloud.session, {
      // What changed while there was no connection is in the tables.
      onOpen: () => {
        if (this.connections.peek() > 0) this.gallery.onMissed();
        batch(() => {
          this.live.value = true;
          this.connections.value += 1;
        });
        this.#refresher.refreshNow();
      },
      onMessage: (message) => this.#onMessage(message),
      onClose: () => {
        this.live.value = false;
        this.#refresher.refreshNow();
      },
    });
    this.#refresher = new Refresher({
      refresh: () => this.#refresh(),
      isWaiting: () => this.uploads.unrecorded.value > 0 || this.gallery.processing.value,
      isLive: () => this.#socket.isOpen,
    });
  }

  start(): void {
    this.gallery.restore();
    this.#stopWatching = this.cloud.session.onExpiry(() => {
      this.sessionEnded.value = true;
    });
    this.#refresher.start();
    this.#connecting = setTimeout(() => this.#socket.start(), CONNECT_AFTER_MS);
    addEventListener("online", this.#onOnline);
    addEventListener("pagehide", this.#onLeave);
    document.addEventListener("visibilitychange", this.#onLeave);
    void this.uploads.start();
  }

  stop(): void {
    this.#stopWatching();
    removeEventListener("online", this.#onOnline);
    removeEventListener("pagehide", this.#onLeave);
    document.removeEventListener("visibilitychange", this.#onLeave);
    clearTimeout(this.#connecting);
    this.#socket.stop();
    this.#refresher.stop();
    this.uploads.stop();
    this.#told.stop();
    this.gallery.stop();
    this.onStop();
  }

  /** Read everything again, now: somebody does not want to wait. */
  retry(): void {
    this.#refresher.refreshNow();
    this.gallery.records.retry();
  }

  /** Go on after the session has ended: read everything again, and upload what waits. */
  async signInAgain(password: string): Promise<void> {
    await this.cloud.session.signInAgain(password);
    this.sessionEnded.value = false;
    this.#socket.reconnectNow();
    this.retry();
    this.uploads.retryAll();
  }

  /** Make this guest the owner of a new account, with all that they have. */
  async keepIn(account: Login): Promise<void> {
    await this.cloud.session.keepIn(account);
    this.#showOwner();
  }

  #showOwner(): void {
    const { name, guest } = this.cloud.session;
    this.owner.value = { name, guest };
  }

  /**
   * Delete all photos and albums of this user, and then their account, whose password is checked first. It may be
   * repeated when it has failed halfway.
   */
  async deleteAccount(password: string, onDeleted: (deleted: number) => void): Promise<void> {
    await this.cloud.session.checkPassword(password);
    await this.uploads.discard();
    await this.cloud.deleteAllImages(onDeleted);
    await this.cloud.deleteAllAlbums();
    await this.cloud.session.deleteAccount();
  }

  /** Delete a photo, unless it was in the bin here and has been restored elsewhere: then say so. */
  async deletePhoto(key: string): Promise<void> {
    if (await this.gallery.delete(key)) this.#refresher.refreshSoon();
    else
      this.library.tell({
        text: words().library.notInBin(shownName(key)),
      });
  }

  /** Delete all of these photos that can be deleted; throws the last failure once all were tried. */
  deletePhotos(keys: readonly string[]): Promise<void> {
    return tryAll(keys, (key) => this.deletePhoto(key));
  }

  #onOnline = (): void => {
    this.#socket.reconnectNow();
    this.gallery.records.retry();
  };

  /** A page that is left or hidden may never be shown again. */
  #onLeave = (): void => this.gallery.store();

  /** Read the newest items of all tables; whether anything has changed. */
  async #refresh(): Promise<boolean> {
    const askedAt = Date.now();
    try {
      const others = Promise.all([this.notifications.read(), this.cloud.usage()]);
      const changes = await Promise.all([
        this.gallery.read().then((photos) => this.gallery.set(photos, askedAt)),
        others.then(([notifications, usage]) =>
          batch(() => {
            const areNew = this.notifications.set(notifications);
            return this.usage.set(usage, askedAt) || areNew;
          }),
        ),
      ]);
      this.gallery.expect(this.usage.usage.peek()?.storedObjects ?? 0);
      // What keeps a read from succeeding often cuts the live connection, too.
      if (this.problem.peek()) this.#socket.reconnectNow();
      this.problem.value = undefined;
      this.#renewed = false;
      this.#onFirstRead();
      return changes.includes(true);
    } catch (error) {
      if (await this.#renewIfRefused(error)) return true;
      this.#onFirstRead(); // uploads do not wait for the quota any longer: S3 checks it, too
      this.problem.value = navigator.onLine ? sentenceOf(error) : undefined; // the page says already that it is offline
      throw error;
    }
  }

  #onMessage(message: Message): void {
    switch (message.type) {
      case "image":
        this.#told.add(itemOf(message));
        break;
      case "image-removed":
        this.#told.flush(); // what was told of it before
        this.gallery.onDeleted(message.image, message.version);
        break;
      case "notification":
        this.notifications.put(itemOf(message));
        break;
      case "usage":
        this.usage.put(itemOf(message));
        break;
      case "album":
      case "album-removed":
        this.onAlbum(message);
        break;
    }
  }

  /** Why S3 refused an upload, as a sentence; undefined if new credentials are worth an attempt. */
  async #reasonOfDenial(): Promise<string | undefined> {
    try {
      await this.usage.load();
    } catch (error) {
      if (await this.#renewIfRefused(error)) return undefined;
      throw error;
    }
    const reason = this.usage.full.peek();
    if (!reason) await this.cloud.session.renew();
    return reason;
  }

  /** Renew credentials that an error says were refused; whether another attempt is worth it. */
  async #renewIfRefused(error: unknown): Promise<boolean> {
    if (this.#renewed || !(error instanceof Error) || !REFUSED_CREDENTIALS.has(error.name))
      return false;
    this.#renewed = true;
    try {
      await this.cloud.session.renew();
    } catch {
      return false; // the connection is at fault, not the credentials
    }
    return true;
  }
}

function itemOf<T extends Message>({ type: _, ...item }: T): Omit<T, "type"> {
  return item;
}
