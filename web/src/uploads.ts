/** Files on their way to S3: Uppy does the work, with addresses signed by the user's credentials. */

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { signal, computed } from "@preact/signals";
import AwsS3 from "@uppy/aws-s3";
import Uppy, { type Body, type Meta, type UppyFile } from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";

import type { Cloud } from "./cloud";
import { isLeft } from "./earlier";
import { contentType, refusal } from "./files";
import { uploadKey } from "./keys";
import { preview } from "./preview";

const MIB = 1024 * 1024;
/** S3's least for a part. What is larger goes in parts, and goes on where it broke off. */
const PART_BYTES = 5 * MIB;
const PARALLEL_FILES = 4;
/** What may be kept in the browser so that a reload does not lose it. */
const KEPT_BYTES = 2048 * MIB;

export type UploadState =
  | "waiting"
  | "uploading"
  | "paused"
  | "offline"
  | "failed"
  | "lost" // a reload lost the file itself: it has to be chosen again
  | "uploaded"
  | "refused";

const UNSETTLED: ReadonlySet<UploadState> = new Set([
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

/** A restore that takes longer than this has failed: Uppy does not say so. */
const RESTORED_WITHIN_MS = 30_000;
/** Between attempts after a connection was lost, doubled each time. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

interface PhotoMeta extends Meta {
  key: string;
  startedAt: string;
}
type PhotoFile = UppyFile<PhotoMeta, Body>;

export interface UploadsOwner {
  /** A file has arrived. */
  onLanded(): void;
  /** When it is known what there is room for, or that it cannot be asked now. */
  readonly asked: Promise<void>;
  /** Why a file of this size does not fit beside what is `pending`, if it does not. */
  room(size: number, pending: number): string | undefined;
  /** S3 refused: why; nothing if another attempt is worth it. */
  onDenied(): Promise<string | undefined>;
}

export class Uploads {
  readonly list = signal<Upload[]>([]);
  /** How many have arrived whose record has not been seen yet. */
  readonly landed = computed(() => this.list.value.filter((u) => u.state === "uploaded").length);
  readonly active = computed(
    () => this.list.value.filter((u) => !["uploaded", "refused"].includes(u.state)).length,
  );
  #uppy: Uppy<PhotoMeta, Body> | undefined;
  #refused: Upload[] = [];
  /** Chosen before what an earlier visit left was back, or before it was known what fits. */
  #held: { file: File; upload: Upload }[] = [];
  /** Why S3 refused, by upload; an attempt with new credentials is made once. */
  readonly #denials = new Map<string, string>();
  readonly #previews = new Map<string, string>();
  /** The next pause before another attempt, by upload. */
  readonly #pauses = new Map<string, number>();
  /** When each upload of this page began, by key, and the latest of them: no two are the same. */
  readonly #began = new Map<string, string>();
  #latest = 0;
  #drawing = 0;
  #recorded: ReadonlySet<string> = new Set();
  #release: () => void = () => {};
  #open: () => void = () => {};
  /** What an earlier visit left is back on the list; it would replace what was added before. */
  readonly #ready = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(
    readonly cloud: Cloud,
    readonly owner: UploadsOwner,
  ) {}

  async start(): Promise<void> {
    const name = `darkroom-${this.cloud.session.identityId}`;
    // Of several tabs one keeps what is under way; another would upload it a second time.
    const keeper = await this.#become(name);
    const uppy = new Uppy<PhotoMeta, Body>({
      id: keeper ? name : `${name}-${crypto.randomUUID()}`,
      autoProceed: true,
      allowMultipleUploadBatches: true,
    });
    this.#uppy = uppy;
    uppy.use(AwsS3<PhotoMeta, Body>, {
      limit: PARALLEL_FILES,
      shouldUseMultipart: (file: PhotoFile) => (file.size ?? 0) > PART_BYTES,
      getChunkSize: () => PART_BYTES,
      generateObjectKey: (file: PhotoFile) => file.meta.key,
      signRequest: (request: SignableRequest) => this.#sign(request),
    });
    // A browser may keep nothing: then nothing is restored.
    if (keeper && typeof indexedDB !== "undefined") {
      const limits = {
        maxFileSize: this.cloud.deployment.maxUploadBytes,
        maxTotalSize: KEPT_BYTES,
      };
      uppy.on("restored", () => this.#resume());
      uppy.on("restored", () => this.settle(this.#recorded));
      uppy.on("restored", this.#open);
      uppy.use(GoldenRetriever, { indexedDB: limits as object });
      setTimeout(this.#open, RESTORED_WITHIN_MS);
      const left = isLeft(name).catch(() => false); // what cannot be read is not restored, either
      void left.then((some) => some || this.#open());
    } else {
      this.#open();
    }
    uppy.on("state-update", () => this.#redraw());
    uppy.on("upload-success", () => this.owner.onLanded());
    uppy.on("upload-error", (file, error) => {
      if (file && isDenial(error.message)) void this.#explainDenial(file.id);
      else if (file && isConnectionFault(error.message)) this.#tryAgain(file.id);
    });
    addEventListener("online", this.#retryWhenOnline);
    addEventListener("offline", this.#draw);
  }

  stop(): void {
    this.#release();
    removeEventListener("online", this.#retryWhenOnline);
    removeEventListener("offline", this.#draw);
    this.#uppy?.destroy();
  }

  /** Take files up; those that cannot be uploaded are listed with the reason. */
  add(files: Iterable<File>): void {
    // At once: what a drop or an input holds is gone a moment later.
    for (const file of files) this.#held.push({ file, upload: listed(file, "waiting") });
    this.#draw();
    void Promise.all([this.#ready, this.owner.asked]).then(() => this.#take());
  }

  #take(): void {
    for (let held = this.#held.shift(); held; held = this.#held.shift()) {
      const { file } = held;
      this.#draw(); // it is not waiting beside itself
      const pending = this.list
        .peek()
        .reduce((sum, one) => sum + (UNSETTLED.has(one.state) ? one.size : 0), 0);
      const reason =
        refusal(file, this.cloud.deployment.maxUploadBytes) ?? this.owner.room(file.size, pending);
      if (reason) this.#refuse(file, reason);
      else this.#addFile(file);
      this.#draw();
    }
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

  /** Stop an upload and take it off the list; parts that have arrived are removed. */
  cancel(id: string): void {
    this.#refused = this.#refused.filter((upload) => upload.id !== id);
    this.#held = this.#held.filter(({ upload }) => upload.id !== id);
    if (this.#uppy?.getFile(id)) this.#uppy.removeFile(id);
    this.#draw();
  }

  /** Take everything off the list that has nothing left to do. */
  clear(): void {
    this.#refused = [];
    for (const upload of this.list.peek()) if (upload.state === "uploaded") this.cancel(upload.id);
    this.#draw();
  }

  /** The records of these keys are there: their uploads need not be shown any more. */
  settle(keys: ReadonlySet<string>): void {
    this.#recorded = keys;
    for (const file of this.#uppy?.getFiles() ?? []) {
      const over = file.progress.uploadComplete || file.isGhost; // a ghost arrived before a reload
      if (over && keys.has(file.meta.key)) this.#uppy?.removeFile(file.id);
    }
  }

  forget(key: string): void {
    for (const file of this.#uppy?.getFiles() ?? []) {
      if (file.meta.key === key) this.#uppy?.removeFile(file.id);
    }
  }

  /** When the upload of a key began, if it was in this page: a photo keeps its place by it. */
  beganAt(key: string): string | undefined {
    return this.#began.get(key);
  }

  /** What this browser can show of a file before anything comes back. */
  previewOf(key: string): string | undefined {
    return this.#previews.get(key);
  }

  #addFile(file: File): void {
    const uppy = this.#uppy;
    if (!uppy) return;
    const key = uploadKey(this.cloud.session.identityId, file.name);
    this.#latest = Math.max(this.#latest + 1, Date.now());
    const startedAt = new Date(this.#latest).toISOString();
    try {
      uppy.addFile({
        name: file.name,
        type: contentType(file),
        data: file,
        meta: { key, startedAt },
      });
    } catch (error) {
      const twice = error instanceof Error && /duplicate/i.test(error.message);
      this.#refuse(file, twice ? "This photo is on its way already." : String(error));
      return;
    }
    void preview(file).then((address) => {
      if (!address) return;
      this.#previews.set(key, address);
      this.#draw();
    });
  }

  #refuse(file: File, reason: string): void {
    this.#refused.push({ ...listed(file, "refused"), reason });
  }

  async #explainDenial(id: string): Promise<void> {
    const before = this.#denials.get(id);
    let reason: string | undefined;
    try {
      reason = await this.owner.onDenied();
    } catch {
      reason = "S3 did not take this photo, and the reason could not be asked for.";
    }
    if (!reason && before === undefined) {
      this.#denials.set(id, "S3 did not take this photo: your session may not upload.");
      this.retry(id);
    } else if (reason) {
      this.#denials.set(id, reason);
    }
    this.#draw();
  }

  #resume(): void {
    const uppy = this.#uppy;
    if (!uppy) return;
    uppy.emit("restore-confirmed");
    if (uppy.getFiles().some((file) => file.error)) void uppy.retryAll();
  }

  /** Connections are lost without the browser's noticing. */
  #tryAgain(id: string): void {
    const pause = this.#pauses.get(id) ?? FIRST_PAUSE_MS;
    this.#pauses.set(id, Math.min(2 * pause, LONGEST_PAUSE_MS));
    setTimeout(() => {
      if (navigator.onLine && this.#uppy?.getFile(id)?.error) this.retry(id);
    }, pause);
  }

  #retryWhenOnline = (): void => {
    this.#draw();
    if (this.#uppy?.getFiles().some((file) => file.error && isConnectionFault(file.error))) {
      void this.#uppy.retryAll();
    }
  };

  /** State changes come by the hundred while bytes flow; drawing once a frame is enough. */
  #redraw(): void {
    if (this.#drawing) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#draw();
    });
    // A hidden tab gets no frames, and still counts what has arrived.
    if (document.hidden) this.#draw();
  }

  #draw = (): void => {
    const files = (this.#uppy?.getFiles() ?? []) as PhotoFile[];
    for (const file of files) this.#began.set(file.meta.key, file.meta.startedAt);
    this.list.value = [
      ...files.map((file) => this.#view(file)),
      ...this.#held.map(({ upload }) => upload),
      ...this.#refused,
    ];
  };

  #view(file: PhotoFile): Upload {
    const { progress } = file;
    const reason = file.error ? this.#reason(file.id, file.error) : undefined;
    return {
      id: file.id,
      key: file.meta.key,
      name: file.name ?? "",
      size: file.size ?? 0,
      sent: progress.uploadComplete ? (file.size ?? 0) : Number(progress.bytesUploaded) || 0,
      state: stateOf(file),
      reason,
      startedAt: file.meta.startedAt,
      preview: this.#previews.get(file.meta.key),
    };
  }

  #reason(id: string, error: string): string {
    if (isDenial(error)) return this.#denials.get(id) ?? "S3 did not take this photo. Asking why …";
    if (isConnectionFault(error))
      return "The connection was lost. It goes on when the connection is back.";
    if (/NoSuchUpload|404/.test(error))
      return "What had arrived has expired. Please choose the photo again.";
    return `The upload failed: ${error}`;
  }

  async #become(name: string): Promise<boolean> {
    if (!navigator.locks) return true;
    return new Promise((resolve) => {
      void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((release) => {
          this.#release = release;
        });
      });
    });
  }

  async #sign(request: SignableRequest): Promise<{ url: string }> {
    const target = { Bucket: this.cloud.deployment.uploadsBucket, Key: request.key };
    // All commands sign alike; the type of the first stands for any.
    const command = commandFor(request, target) as PutObjectCommand;
    return { url: await getSignedUrl(this.cloud.s3, command, { expiresIn: 3600 }) };
  }
}

/** A file that Uppy does not have. */
function listed(file: File, state: UploadState): Upload {
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

interface SignableRequest {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
  contentType?: string;
}

type Target = { Bucket: string; Key: string };

/** The S3 operation that a request of Uppy's is. */
function commandFor(
  { method, uploadId, partNumber, contentType: type }: SignableRequest,
  target: Target,
) {
  if (!uploadId) {
    return method === "POST"
      ? new CreateMultipartUploadCommand(target)
      : new PutObjectCommand({ ...target, ContentType: type });
  }
  const upload = { ...target, UploadId: uploadId };
  if (method === "PUT") return new UploadPartCommand({ ...upload, PartNumber: partNumber });
  if (method === "GET") return new ListPartsCommand(upload);
  if (method === "DELETE") return new AbortMultipartUploadCommand(upload);
  return new CompleteMultipartUploadCommand(upload);
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
