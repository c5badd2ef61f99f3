/** The live connection: the stack sends every change of this user's items over a WebSocket. */

import type { Deployment } from "./deployment";
import type { Album, Image, Notification, UsageRow } from "./records";
import type { Session } from "./session";
import { Signatures } from "./signatures";

export type Message =
  | ({ type: "image" } & Image)
  | { type: "image-removed"; image: string; version: string }
  | ({ type: "notification" } & Notification)
  | ({ type: "usage" } & UsageRow)
  | ({ type: "album" } & Album)
  | { type: "album-removed"; album_id: string }
  | { type: "pong" };

export type AlbumMessage = Extract<Message, { type: "album" | "album-removed" }>;

/** API Gateway closes a connection after ten minutes of silence. */
const PING_MS = 5 * 60 * 1000;
/** An address is used at once. */
const SIGNED_SECONDS = 60;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/**
 * A connection that stays open for as long as this was no trouble. One that is closed sooner may be the
 * oldest of more than a user may have: pages that open again at once would close each other in turns.
 */
const STEADY_AFTER_MS = 60_000;

export interface LiveListener {
  onOpen(): void;
  onMessage(message: Message): void;
  onClose(): void;
}

/** A connection that opens again whenever it is lost, after pauses that grow. */
export class LiveSocket {
  readonly #signatures: Signatures;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pinging: ReturnType<typeof setInterval> | undefined;
  #steady: ReturnType<typeof setTimeout> | undefined;
  #pause = FIRST_PAUSE_MS;
  #running = false;

  constructor(
    readonly deployment: Deployment,
    readonly session: Session,
    readonly listener: LiveListener,
  ) {
    // A browser adds no headers when it connects: the address is signed.
    this.#signatures = new Signatures("execute-api", deployment.region, session);
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start(): void {
    this.#running = true;
    void this.#connect();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  /** Connect without waiting for the end of a pause: the browser is online again. */
  reconnectNow(): void {
    if (!this.#running || this.#socket) return;
    clearTimeout(this.#timer);
    this.#pause = FIRST_PAUSE_MS;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const { liveUrl } = this.deployment;
    if (!liveUrl || this.#socket) return;
    let socket: WebSocket;
    try {
      const address = await this.#signatures.address(
        { method: "GET", url: new URL(liveUrl) },
        SIGNED_SECONDS,
      );
      if (!this.#running || this.#socket) return;
      socket = new WebSocket(address);
    } catch {
      this.#reconnectLater();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      this.#steady = setTimeout(() => (this.#pause = FIRST_PAUSE_MS), STEADY_AFTER_MS);
      this.#pinging = setInterval(() => socket.send('{"action":"ping"}'), PING_MS);
      this.listener.onOpen();
    };
    socket.onmessage = (event) =>
      this.listener.onMessage(JSON.parse(String(event.data)) as Message);
    socket.onclose = () => {
      clearInterval(this.#pinging);
      clearTimeout(this.#steady);
      this.#socket = undefined;
      if (this.#running) {
        this.listener.onClose();
        this.#reconnectLater();
      }
    };
  }

  #reconnectLater(): void {
    if (!this.#running) return;
    this.#timer = setTimeout(() => void this.#connect(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}
