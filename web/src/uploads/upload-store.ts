/** Uploads to S3. Uppy sends the files, to addresses that are signed with the user's credentials. */

import { computed, signal } from "@preact/signals";
import AwsS3 from "@uppy/aws-s3";
import Uppy, { type Body, type Meta, type UppyFile } from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";

import type { Cloud } from "../cloud/cloud";
import { contentType, refusal } from "./accepted-files";
import { uploadKey } from "./keys";
import { preview } from "./preview";
import { signUpload, type UploadRequest } from "./s3-requests";
import { hasUnfinished } from "./unfinished";

const MIB = 1024 * 1024;
/** S3's smallest part. A larger file is sent in parts, and resumed at the first that is missing. */
const PART_BYTES = 5 * MIB;
const PARALLEL_FILES = 4;
/** Bytes of files that the browser may keep so that uploads survive a reload. */
const RESTORABLE_BYTES = 2048 * MIB;
/** A restore that takes longer has failed. Uppy does not report that. */
const RESTORED_WITHIN_MS = 30_000;
/** The pause before another attempt after the connection was lost; it doubles each time. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

export type UploadState =
  | "waiting"
  | "uploading"
  | "paused"
  | "offline"
  | "failed"
  | "lost" // a reload lost the file itself: its owner has to choose it again
  | "uploaded"
  | "refused";

/** States of uploads whose bytes may still count against the quota. */
const PENDING: ReadonlySet<UploadState> = new Set([
  "waiting",
  "uploading",
  "paused",
  "offline",
  "failed",
  "uploaded",
]);

export interface Upload {
  id: string;
  key: string;
  name: string;
  size: number;
  sent: number;
  state: UploadState;
  /** Why it failed or was refused, as a sentence. */
  reason?: string;
  startedAt: string;
  preview?: string;
}

interface PhotoMeta extends Meta {
  key: string;
  startedAt: string;
}
type PhotoFile = UppyFile<PhotoMeta, Body>;

/** What uploads need from the rest of the page. */
export interface UploadContext {
  /** Resolves as soon as the quota is known, or cannot be known now. */
  readonly quotaKnown: Promise<void>;
  /** Why a file does not fit beside other uploads, whose sizes are `pending`, as a sentence. */
  refusal(size: number, pending: readonly number[]): string | undefined;
  onUploaded(): void;
  /** Why S3 refused an upload, as a sentence; undefined if another attempt is worth it. */
  reasonOfDenial(): Promise<string | undefined>;
}

export class UploadStore {
  readonly list = signal<Upload[]>([]);
  /** How many uploads have arrived whose image has not been seen in the table yet. */
  readonly unrecorded = computed(
    () => this.list.value.filter((upload) => upload.state === "uploaded").length,
  );
  readonly active = computed(
    () => this.list.value.filter(({ state }) => state !== "uploaded" && state !== "refused").length,
  );

  #uppy: Uppy<PhotoMeta, Body> | undefined;
  /** Files that Uppy does not have yet: earlier uploads or the quota are not known. */
  #queued: { file: File; upload: Upload }[] = [];
  #refused: Upload[] = [];
  /** Why S3 refused an upload, by upload id. One attempt is made with new credentials. */
  readonly #denials = new Map<string, string>();
  readonly #previews = new Map<string, string>();
  /** The next pause before another attempt, by upload id. */
  readonly #pauses = new Map<string, number>();
  /** When each upload of this page started, by key. No two have the same time. */
  readonly #starts = new Map<string, string>();
  #lastStart = 0;
  #frame = 0;
  #recorded: ReadonlySet<string> = new Set();
  #releaseLock: () => void = () => {};
  #onRestored: () => void = () => {};
  /** Resolves when uploads of an earlier visit are back in Uppy: they replace its list of files. */
  readonly #restored = new Promise<void>((resolve) => {
    this.#onRestored = resolve;
  });

  constructor(
    readonly cloud: Cloud,
    readonly context: UploadContext,
  ) {}

  async start(): Promise<void> {
    const name = `darkroom-${this.cloud.session.identityId}`;
    // One tab restores unfinished uploads. A second would upload them again.
    const restores = await this.#acquireLock(name);
    const uppy = new Uppy<PhotoMeta, Body>({
      id: restores ? name : `${name}-${crypto.randomUUID()}`,
      autoProceed: true,
      allowMultipleUploadBatches: true,
    });
    this.#uppy = uppy;
    uppy.use(AwsS3<PhotoMeta, Body>, {
      limit: PARALLEL_FILES,
      shouldUseMultipart: (file: PhotoFile) => (file.size ?? 0) > PART_BYTES,
      getChunkSize: () => PART_BYTES,
      generateObjectKey: (file: PhotoFile) => file.meta.key,
      signRequest: (request: UploadRequest) => this.#sign(request),
    });
    // A browser without IndexedDB keeps no files, so there are none to restore.
    if (restores && typeof indexedDB !== "undefined") {
      const limits = {
        maxFileSize: this.cloud.deployment.maxUploadBytes,
        maxTotalSize: RESTORABLE_BYTES,
      };
      uppy.on("restored", () => {
        this.#resume();
        this.dismissRecorded(this.#recorded);
        this.#onRestored();
      });
      uppy.use(GoldenRetriever, { indexedDB: limits as object });
      setTimeout(this.#onRestored, RESTORED_WITHIN_MS);
      const unfinished = hasUnfinished(name).catch(() => false); // the plugin cannot read it, either
      void unfinished.then((found) => found || this.#onRestored());
    } else {
      this.#onRestored();
    }
    uppy.on("state-update", () => this.#publishSoon());
    uppy.on("upload-success", () => this.context.onUploaded());
    uppy.on("upload-error", (file, error) => {
      if (file && isDenial(error.message)) void this.#explainDenial(file.id);
      else if (file && isConnectionFault(error.message)) this.#retryLater(file.id);
    });
    addEventListener("online", this.#onOnline);
    addEventListener("offline", this.#publish);
  }

  stop(): void {
    this.#releaseLock();
    removeEventListener("online", this.#onOnline);
    removeEventListener("offline", this.#publish);
    this.#uppy?.destroy();
  }

  /** Upload files. Those that cannot be uploaded are listed with the reason. */
  add(files: Iterable<File>): void {
    // The list of a drop or an input is empty a moment later: take its files now.
    for (const file of files) this.#queued.push({ file, upload: uploadOf(file, "waiting") });
    this.#publish();
    void Promise.all([this.#restored, this.context.quotaKnown]).then(() => this.#addQueued());
  }

  pause(id: string): void {
    if (this.#uppy?.getFile(id)) this.#uppy.pauseResume(id);
  }

  pauseAll(): void {
    this.#uppy?.pauseAll();
  }

  resumeAll(): void {
    this.#uppy?.resumeAll();
  }

  retry(id: string): void {
    void this.#uppy?.retryUpload(id);
  }

  retryAll(): void {
    void this.#uppy?.retryAll();
  }

  /** Stop an upload and take it off the list. Parts that have arrived are deleted. */
  cancel(id: string): void {
    this.#refused = this.#refused.filter((upload) => upload.id !== id);
    this.#queued = this.#queued.filter(({ upload }) => upload.id !== id);
    if (this.#uppy?.getFile(id)) this.#uppy.removeFile(id);
    this.#publish();
  }

  /** Take all uploads off the list that have arrived or were refused. */
  clear(): void {
    this.#refused = [];
    for (const upload of this.list.peek()) if (upload.state === "uploaded") this.cancel(upload.id);
    this.#publish();
  }

  /** Take uploads off the list that have arrived and whose image is in the table. */
  dismissRecorded(keys: ReadonlySet<string>): void {
    this.#recorded = keys;
    for (const file of this.#uppy?.getFiles() ?? []) {
      const arrived = file.progress.uploadComplete || file.isGhost; // a ghost arrived before a reload
      if (arrived && keys.has(file.meta.key)) this.#uppy?.removeFile(file.id);
    }
  }

  /** Take the upload of a deleted photo off the list. */
  dismiss(key: string): void {
    for (const file of this.#uppy?.getFiles() ?? []) {
      if (file.meta.key === key) this.#uppy?.removeFile(file.id);
    }
  }

  /** When the upload of a key started, if it was in this page: it gives a photo its place. */
  startOf(key: string): string | undefined {
    return this.#starts.get(key);
  }

  /** The address of the preview that this browser drew of an upload. */
  previewOf(key: string): string | undefined {
    return this.#previews.get(key);
  }

  #addQueued(): void {
    for (let queued = this.#queued.shift(); queued; queued = this.#queued.shift()) {
      const { file } = queued;
      this.#publish(); // or the queued upload would count as pending beside itself
      const pending = this.list
        .peek()
        .filter((upload) => PENDING.has(upload.state))
        .map((upload) => upload.size);
      const reason =
        refusal(file, this.cloud.deployment.maxUploadBytes) ??
        this.context.refusal(file.size, pending);
      if (reason) this.#refuse(file, reason);
      else this.#addFile(file);
      this.#publish();
    }
  }

  #addFile(file: File): void {
    const uppy = this.#uppy;
    if (!uppy) return;
    const key = uploadKey(this.cloud.session.identityId, file.name);
    this.#lastStart = Math.max(this.#lastStart + 1, Date.now());
    const startedAt = new Date(this.#lastStart).toISOString();
    try {
      uppy.addFile({
        name: file.name,
        type: contentType(file),
        data: file,
        meta: { key, startedAt },
      });
    } catch (error) {
      const twice = error instanceof Error && /duplicate/i.test(error.message);
      this.#refuse(file, twice ? "This photo is being uploaded already." : String(error));
      return;
    }
    void preview(file).then((address) => {
      if (!address) return;
      this.#previews.set(key, address);
      this.#publish();
    });
  }

  #refuse(file: File, reason: string): void {
    this.#refused.push({ ...uploadOf(file, "refused"), reason });
  }

  async #explainDenial(id: string): Promise<void> {
    const before = this.#denials.get(id);
    let reason: string | undefined;
    try {
      reason = await this.context.reasonOfDenial();
    } catch {
      reason = "S3 refused this photo, and the reason could not be asked for.";
    }
    if (!reason && before === undefined) {
      this.#denials.set(id, "S3 refused this photo: your session may not upload.");
      this.retry(id);
    } else if (reason) {
      this.#denials.set(id, reason);
    }
    this.#publish();
  }

  #resume(): void {
    const uppy = this.#uppy;
    if (!uppy) return;
    uppy.emit("restore-confirmed");
    if (uppy.getFiles().some((file) => file.error)) void uppy.retryAll();
  }

  /** Connections can be lost without an `offline` event, so there may be no `online` one. */
  #retryLater(id: string): void {
    const pause = this.#pauses.get(id) ?? FIRST_PAUSE_MS;
    this.#pauses.set(id, Math.min(2 * pause, LONGEST_PAUSE_MS));
    setTimeout(() => {
      if (navigator.onLine && this.#uppy?.getFile(id)?.error) this.retry(id);
    }, pause);
  }

  #onOnline = (): void => {
    this.#publish();
    if (this.#uppy?.getFiles().some((file) => file.error && isConnectionFault(file.error))) {
      void this.#uppy.retryAll();
    }
  };

  /** Uppy's state changes hundreds of times a second while bytes flow: once a frame is enough. */
  #publishSoon(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#publish();
    });
    // A hidden tab gets no frames, and still has to notice what has arrived.
    if (document.hidden) this.#publish();
  }

  #publish = (): void => {
    const files = (this.#uppy?.getFiles() ?? []) as PhotoFile[];
    for (const file of files) this.#starts.set(file.meta.key, file.meta.startedAt);
    this.list.value = [
      ...files.map((file) => this.#uploadOf(file)),
      ...this.#queued.map(({ upload }) => upload),
      ...this.#refused,
    ];
  };

  #uploadOf(file: PhotoFile): Upload {
    const { progress } = file;
    const size = file.size ?? 0;
    return {
      id: file.id,
      key: file.meta.key,
      name: file.name ?? "",
      size,
      sent: progress.uploadComplete ? size : Number(progress.bytesUploaded) || 0,
      state: stateOf(file),
      reason: file.error ? this.#reason(file.id, file.error) : undefined,
      startedAt: file.meta.startedAt,
      preview: this.#previews.get(file.meta.key),
    };
  }

  #reason(id: string, error: string): string {
    if (isDenial(error)) return this.#denials.get(id) ?? "S3 refused this photo. Asking why …";
    if (isConnectionFault(error))
      return "The connection was lost. The upload continues when it is back.";
    if (/NoSuchUpload|404/.test(error))
      return "The part that had arrived has expired. Please choose the photo again.";
    return `The upload failed: ${error}`;
  }

  /** Whether this tab has the lock: no other tab of this user has it. */
  async #acquireLock(name: string): Promise<boolean> {
    if (!navigator.locks) return true;
    return new Promise((resolve) => {
      void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((release) => {
          this.#releaseLock = release;
        });
      });
    });
  }

  async #sign(request: UploadRequest): Promise<{ url: string }> {
    const { uploadsBucket } = this.cloud.deployment;
    return { url: await signUpload(this.cloud.s3, uploadsBucket, request) };
  }
}

/** An upload of a file that Uppy does not have. */
function uploadOf(file: File, state: UploadState): Upload {
  return {
    id: crypto.randomUUID(),
    key: "",
    name: file.name,
    size: file.size,
    sent: 0,
    state,
    startedAt: new Date().toISOString(),
  };
}

function stateOf(file: PhotoFile): UploadState {
  if (file.isGhost) return "lost";
  if (file.progress.uploadComplete) return "uploaded";
  if (file.error) return isConnectionFault(file.error) && !navigator.onLine ? "offline" : "failed";
  if (file.isPaused) return "paused";
  if (!navigator.onLine) return "offline";
  return file.progress.bytesUploaded ? "uploading" : "waiting";
}

function isDenial(error: string): boolean {
  return /AccessDenied|returned 403/.test(error);
}

function isConnectionFault(error: string): boolean {
  return /network|NETWORK|offline|connection|timed? ?out/i.test(error);
}
