/** Uploads to S3. Uppy sends the files, to addresses that are signed with the user's credentials. */

import { batch, computed, signal } from "@preact/signals";
import AwsS3 from "@uppy/aws-s3";
import Uppy, { type Body, type Meta, type UppyFile } from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";

import type { Cloud } from "../cloud/cloud";
import { type FileKind, nounOf } from "../kinds";
import { causeOfStatus, Explained, sentenceOf, SENTENCES } from "../problems";
import { refusal, type Told, told } from "./accepted-files";
import { Attempts } from "./attempts";
import { Batch, NO_PROGRESS } from "./batch";
import type { Chosen } from "./folders";
import { Gate } from "./gate";
import { uploadKey } from "./keys";
import { preview } from "./preview";
import { signUpload, type UploadRequest } from "./s3-requests";
import { typeOf } from "./signature";
import { hashOf, Twins } from "./twins";
import { forgetUnfinished, hasUnfinished } from "./unfinished";

const MIB = 1024 * 1024;
/** S3's smallest part. A larger file is sent in parts, and resumed at the first that is missing. */
const PART_BYTES = 5 * MIB;
const PARALLEL_FILES = 4;
/** Bytes of files that the browser may keep so that uploads survive a reload. */
const RESTORABLE_BYTES = 2048 * MIB;
/** A restore that takes longer has failed. Uppy does not report that. */
const RESTORED_WITHIN_MS = 30_000;

/** Files are added for so long before the page is drawn again. */
const SLICE_MS = 8;
/** A list of more uploads is published less often. */
const MANY = 100;
const PUBLISH_MANY_MS = 250;
/** Of more uploads than these, a preview is drawn when its upload begins. */
const PREVIEWED = 60;

export type UploadState =
  | "waiting"
  | "uploading"
  | "pausing" // what is under way is still sent
  | "paused"
  | "offline"
  | "failed"
  | "lost" // a reload lost the file itself: its owner has to choose it again
  | "uploaded"
  | "refused";

export interface Upload {
  id: string;
  key: string;
  name: string;
  /** What it is taken for, as far as its name and type say it. */
  kind?: FileKind;
  size: number;
  sent: number;
  state: UploadState;
  /** Why it failed or was refused, as a sentence. */
  reason?: string;
  /** The key of the photo that has the same content, where that is the reason. */
  twin?: string;
  startedAt: string;
  preview?: string;
}

interface PhotoMeta extends Meta {
  key: string;
  startedAt: string;
}
type PhotoFile = UppyFile<PhotoMeta, Body>;

/** A file that Uppy does not have yet: earlier uploads or the quota are not known. */
interface Queued {
  file: File;
  path: string;
  upload: Upload;
  /** It is uploaded although its owner has such a photo. */
  anyway: boolean;
  /** It was paused before it was read. */
  paused?: boolean;
}

/** What uploads need from the rest of the page. */
export interface UploadContext {
  /** Resolves as soon as the quota is known, or cannot be known now. */
  readonly quotaKnown: Promise<void>;
  /** Why a file does not fit beside other uploads, whose sizes are `pending`, as a sentence. */
  refusal(size: number, pending: readonly number[]): string | undefined;
  /** Whether a photo is still there. */
  hasPhoto(key: string): Promise<boolean>;
  onUploaded(): void;
  /** Why S3 refused an upload, as a sentence; undefined if another attempt is worth it. */
  reasonOfDenial(): Promise<string | undefined>;
}

export class UploadStore {
  readonly list = signal<readonly Upload[]>([]);
  /** The same uploads by key. */
  readonly byKey = computed(() => new Map(this.list.value.map((upload) => [upload.key, upload])));
  /** When each upload started, by key. It is the same object until an upload comes or goes. */
  readonly starts = signal<ReadonlyMap<string, string>>(new Map());
  /** How far all uploads are that belong together. */
  readonly progress = signal(NO_PROGRESS);
  /** How many uploads have arrived whose image has not been seen in the table yet. */
  readonly unrecorded = computed(
    () => this.list.value.filter((upload) => upload.state === "uploaded").length,
  );
  readonly active = computed(
    () => this.list.value.filter(({ state }) => state !== "uploaded" && state !== "refused").length,
  );

  #uppy: Uppy<PhotoMeta, Body> | undefined;
  #queued: Queued[] = [];
  #adding = false;
  #stopped = false;
  #refused: Upload[] = [];
  /** Files that were refused because their owner has such a photo, by upload id. */
  readonly #twinFiles = new Map<string, Queued>();
  readonly #twins: Twins;
  readonly #batch = new Batch();
  readonly #gate = new Gate(() => this.#publishSoon());
  /** Why S3 refused an upload, by upload id. One attempt is made with new credentials. */
  readonly #denials = new Map<string, string>();
  readonly #previews = new Map<string, string>();
  /** Attempts after the connection broke, by upload id. */
  readonly #attempts = new Map<string, Attempts>();
  /** No two uploads of this page start at the same time. */
  #lastStart = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #published = 0;
  #recorded: Pick<ReadonlySet<string>, "has"> = new Set<string>();
  #releaseLock: () => void = () => {};
  #onRestored: () => void = () => {};
  /** Resolves when uploads of an earlier visit are back in Uppy: they replace its list of files. */
  readonly #restored = new Promise<void>((resolve) => {
    this.#onRestored = resolve;
  });

  constructor(
    readonly cloud: Cloud,
    readonly context: UploadContext,
  ) {
    this.#twins = new Twins({
      read: () => cloud.contentHashes(),
      has: async (key) => this.#fileOf(key) !== undefined || context.hasPhoto(key),
    });
  }

  async start(): Promise<void> {
    const name = this.#name;
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
        maxFileSize: Math.max(...Object.values(this.cloud.deployment.limits)),
        maxTotalSize: RESTORABLE_BYTES,
      };
      uppy.on("restored", () => {
        this.#resume();
        this.dismissRecorded(this.#recorded);
        this.#onRestored();
      });
      uppy.use(GoldenRetriever, { indexedDB: limits as object });
      setTimeout(this.#onRestored, RESTORED_WITHIN_MS);
      void hasUnfinished(name).then((found) => found || this.#onRestored());
    } else {
      this.#onRestored();
    }
    uppy.on("state-update", () => this.#publishSoon());
    uppy.on("upload-success", (file) => {
      if (file) this.#batch.finish(file.meta.startedAt);
      this.context.onUploaded();
    });
    uppy.on("upload-error", (file, error) => {
      if (file && isDenial(error.message)) void this.#explainDenial(file.id);
      else if (file && isConnectionFault(error.message)) void this.#retryLater(file.id);
    });
    addEventListener("online", this.#onOnline);
    addEventListener("offline", this.#publish);
  }

  /** Stop all uploads. This browser keeps those that have not arrived until the same user is back. */
  stop(): void {
    const uppy = this.#uppy;
    this.#keepQueued();
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#onOnline);
    removeEventListener("offline", this.#publish);
    // While it is there, it forgets what Uppy forgets.
    const keeper = uppy?.getPlugin("GoldenRetriever");
    if (keeper) uppy?.removePlugin(keeper);
    uppy?.destroy();
    this.#releaseLock();
  }

  /** Upload files. Those that cannot be uploaded are listed with the reason. */
  add(chosen: readonly Chosen[]): void {
    if (chosen.length === 0) return;
    const queued = chosen.map(({ file, path }) => ({
      file,
      path,
      upload: uploadOf(file, this.#nextStart()),
      anyway: false,
    }));
    // The newest are on top in the gallery, and are sent first: what moves is what is seen.
    this.#queued.push(...queued.reverse());
    this.#publish();
    void Promise.all([this.#restored, this.context.quotaKnown]).then(() => this.#addQueued());
  }

  /** Upload a file that was refused because its owner has such a photo. */
  addAnyway(id: string): void {
    const queued = this.#twinFiles.get(id);
    if (!queued) return;
    this.cancel(id);
    this.#queued.push({ ...queued, anyway: true });
    void this.#addQueued();
  }

  /** Pause an upload, or let it go on. What is under way is sent, so that nothing is lost. */
  pause(id: string): void {
    const queued = this.#queued.find(({ upload }) => upload.id === id);
    if (queued) queued.paused = !queued.paused;
    const key = this.#uppy?.getFile(id)?.meta.key;
    if (key) this.#setPaused(key, !this.#gate.isPaused(key));
    this.#publish();
  }

  pauseAll(): void {
    for (const queued of this.#queued) queued.paused = true;
    // The list may be a moment old: what was handed over since then is asked for.
    for (const { meta, progress } of this.#uppy?.getFiles() ?? [])
      if (!progress.uploadComplete) this.#setPaused(meta.key, true);
    this.#publish();
  }

  resumeAll(): void {
    for (const queued of this.#queued) queued.paused = false;
    for (const { meta } of this.#uppy?.getFiles() ?? []) this.#setPaused(meta.key, false);
    this.#publish();
  }

  /** Try again because its owner says so, as if it were the first time. */
  retry(id: string): void {
    this.#attempts.delete(id);
    this.#denials.delete(id);
    this.#again(id);
  }

  retryAll(): void {
    this.#attempts.clear();
    this.#denials.clear();
    void this.#uppy?.retryAll();
  }

  /** Stop an upload and take it off the list. Parts that have arrived are deleted. */
  cancel(id: string): void {
    this.#refused = this.#refused.filter((upload) => upload.id !== id);
    this.#queued = this.#queued.filter(({ upload }) => upload.id !== id);
    this.#twinFiles.delete(id);
    this.#remove([id]);
    this.#publish();
  }

  /** Stop all uploads that have not arrived. */
  cancelAll(): void {
    this.#queued = [];
    this.#remove(
      this.list
        .peek()
        .filter(({ state }) => state !== "uploaded")
        .map(({ id }) => id),
    );
    this.#publish();
  }

  /** Stop all uploads, and let this browser keep nothing of them. */
  async discard(): Promise<void> {
    this.cancelAll();
    if (typeof indexedDB !== "undefined") await forgetUnfinished(this.#name);
  }

  /** Take all uploads off the list that have arrived or were refused. */
  clear(): void {
    this.#refused = [];
    this.#twinFiles.clear();
    this.#batch.clear();
    this.#remove(
      this.list
        .peek()
        .filter(({ state }) => state === "uploaded")
        .map(({ id }) => id),
    );
    this.#publish();
  }

  /** Take uploads off the list that have arrived and whose image is in the table. */
  dismissRecorded(keys: Pick<ReadonlySet<string>, "has">): void {
    this.#recorded = keys;
    const arrived = (this.#uppy?.getFiles() ?? []).filter(
      // A ghost arrived before a reload.
      ({ progress, isGhost, meta }) => (progress.uploadComplete || isGhost) && keys.has(meta.key),
    );
    this.#remove(arrived.map(({ id }) => id));
  }

  /** Take the upload of a deleted photo off the list. */
  dismiss(key: string): void {
    const file = this.#fileOf(key);
    if (file) this.#remove([file.id]);
  }

  /** The address of the preview that this browser drew of an upload. */
  previewOf(key: string): string | undefined {
    return this.#previews.get(key) || undefined;
  }

  /** Hand queued files to Uppy, or refuse them; with pauses in which the page is drawn. */
  async #addQueued(): Promise<void> {
    if (this.#adding) return;
    this.#adding = true;
    let began = performance.now();
    for (let queued = this.#queued[0]; queued; queued = this.#queued[0]) {
      const what = told(queued.file) ?? told({ name: "", type: await typeOf(queued.file) });
      const hash = what && !queued.anyway ? await this.#hash(queued.file) : undefined;
      const twin = hash && (await this.#twins.find(hash));
      const at = this.#queued.indexOf(queued);
      if (at < 0) continue; // it was cancelled meanwhile
      this.#queued.splice(at, 1);
      const reason =
        refusal(queued.file, what, this.cloud.deployment.limits) ??
        this.context.refusal(queued.file.size, this.#pendingSizes());
      if (reason) this.#refuse(queued, reason);
      else if (what && twin)
        this.#refuse(queued, `You have this ${nounOf([what.kind])} already.`, twin);
      else if (what) this.#addFile(queued, what, hash);
      this.#publishSoon();
      if (performance.now() - began < SLICE_MS) continue;
      await new Promise((done) => setTimeout(done));
      began = performance.now();
    }
    this.#adding = false;
  }

  /** Hand queued files to Uppy without looking at them, so that none is lost when the page is left. */
  #keepQueued(): void {
    for (const queued of this.#queued) {
      const what = told(queued.file);
      if (what && !refusal(queued.file, what, this.cloud.deployment.limits))
        this.#addFile(queued, what);
    }
    this.#queued = [];
  }

  /** The hash of a file that may be uploaded. Larger files than pictures are not read whole for it. */
  #hash(file: File): Promise<string | undefined> | undefined {
    const { picture = 0 } = this.cloud.deployment.limits;
    return file.size <= picture ? hashOf(file) : undefined;
  }

  /** Sizes of uploads that count against the quota, or soon will. */
  #pendingSizes(): number[] {
    return (this.#uppy?.getFiles() ?? [])
      .filter(({ isGhost }) => !isGhost)
      .map(({ size }) => size ?? 0);
  }

  #addFile({ file, path, upload, paused }: Queued, what: Told, hash?: string): void {
    const uppy = this.#uppy;
    if (!uppy) return;
    const start = new Date(upload.startedAt);
    const key = uploadKey(this.cloud.session.identityId, file.name, start);
    const isNamedAlone = path === file.name;
    if (paused) this.#gate.pause(key);
    try {
      uppy.addFile({
        name: file.name,
        type: what.contentType,
        data: file,
        // Uppy tells files apart by their path, too.
        meta: {
          key,
          startedAt: upload.startedAt,
          ...(isNamedAlone ? {} : { relativePath: path }),
        },
      });
    } catch (error) {
      const twice = error instanceof Error && /duplicate/i.test(error.message);
      const reason = twice ? "This file is being uploaded already." : sentenceOf(error);
      this.#refused.push({ ...upload, state: "refused", reason });
      return;
    }
    if (hash) this.#twins.add(hash, key);
    if (uppy.getFiles().length <= PREVIEWED) this.#drawPreview(key, file, what.contentType);
  }

  #drawPreview(key: string, file: Blob, contentType: string): void {
    if (this.#previews.has(key) || !/^(image|video)\//.test(contentType)) return;
    this.#previews.set(key, "");
    void preview(file, contentType).then((address) => {
      if (!address) return;
      this.#previews.set(key, address);
      this.#publishSoon();
    });
  }

  #refuse(queued: Queued, reason: string, twin?: string): void {
    const { upload } = queued;
    this.#refused.push({ ...upload, state: "refused", reason, twin });
    if (twin) this.#twinFiles.set(upload.id, queued);
  }

  #fileOf(key: string): PhotoFile | undefined {
    return this.#uppy?.getFiles().find((file) => file.meta.key === key);
  }

  /** Take uploads out of Uppy, all at once: it copies its list for each call. */
  #remove(ids: readonly string[]): void {
    const files = ids.map((id) => this.#uppy?.getFile(id)).filter((file) => file !== undefined);
    if (files.length === 0) return;
    this.#uppy?.removeFiles(files.map(({ id }) => id));
    for (const { meta } of files) this.#gate.resume(meta.key);
  }

  #setPaused(key: string, paused: boolean): void {
    if (paused) this.#gate.pause(key);
    else this.#gate.resume(key);
  }

  /** A moment that no other upload of this page has. */
  #nextStart(): string {
    this.#lastStart = Math.max(this.#lastStart + 1, Date.now());
    return new Date(this.#lastStart).toISOString();
  }

  async #explainDenial(id: string): Promise<void> {
    const before = this.#denials.get(id);
    let reason: string | undefined;
    try {
      reason = await this.context.reasonOfDenial();
    } catch {
      reason = "S3 refused this file, and the reason could not be asked for.";
    }
    if (!reason && before === undefined) {
      this.#denials.set(id, "S3 refused this file: your session may not upload.");
      this.#again(id);
    } else if (reason) {
      this.#denials.set(id, reason);
    }
    this.#publish();
  }

  #again(id: string): void {
    void this.#uppy?.retryUpload(id);
  }

  #resume(): void {
    const uppy = this.#uppy;
    if (!uppy) return;
    uppy.emit("restore-confirmed");
    if (uppy.getFiles().some((file) => file.error)) void uppy.retryAll();
  }

  /**
   * Connections can be lost without an `offline` event, so there may be no `online` one. And what looks
   * like a lost connection may be a refusal that the browser hides: new credentials or the quota tell.
   */
  async #retryLater(id: string): Promise<void> {
    const attempts = this.#attempts.get(id) ?? new Attempts();
    this.#attempts.set(id, attempts);
    let connected = true;
    const reason = await this.context.reasonOfDenial().catch(() => {
      connected = false;
      return undefined;
    });
    const pause = reason ? undefined : attempts.next(connected);
    if (pause === undefined) {
      this.#denials.set(id, reason ?? "S3 refused this file, or cannot be reached from here.");
      this.#publish();
      return;
    }
    setTimeout(() => {
      if (navigator.onLine && this.#uppy?.getFile(id)?.error) this.#again(id);
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
    const pause = this.list.peek().length > MANY ? PUBLISH_MANY_MS : 16;
    // A hidden tab is woken seldom, and still has to notice what has arrived.
    if (document.hidden && Date.now() - this.#published > pause) this.#publish();
    else this.#timer ??= setTimeout(this.#publish, pause);
  }

  #publish = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#published = Date.now();
    const before = new Map(this.list.peek().map((upload) => [upload.id, upload]));
    const files = (this.#uppy?.getFiles() ?? []) as PhotoFile[];
    const list = [
      ...files.map((file) => this.#uploadOf(file)),
      ...this.#queued.map(({ upload, paused }) =>
        paused ? { ...upload, state: "paused" as const } : upload,
      ),
      ...this.#refused,
    ].map((upload) => unchanged(before.get(upload.id), upload));
    batch(() => {
      this.list.value = list;
      this.progress.value = this.#batch.update(list);
      const starts = new Map(files.map(({ meta }) => [meta.key, meta.startedAt]));
      if (!sameKeys(starts, this.starts.peek())) this.starts.value = starts;
    });
  };

  #uploadOf(file: PhotoFile): Upload {
    const { progress } = file;
    const size = file.size ?? 0;
    return {
      id: file.id,
      key: file.meta.key,
      name: file.name ?? "",
      kind: told({ name: file.name ?? "", type: file.type ?? "" })?.kind,
      size,
      sent: progress.uploadComplete ? size : Number(progress.bytesUploaded) || 0,
      state: this.#stateOf(file),
      reason: file.error ? this.#reason(file.id, file.error) : undefined,
      startedAt: file.meta.startedAt,
      preview: this.previewOf(file.meta.key),
    };
  }

  #reason(id: string, error: string): string {
    if (isDenial(error)) return this.#denials.get(id) ?? "S3 refused this file. Asking why …";
    if (isConnectionFault(error))
      return (
        this.#denials.get(id) ?? "The connection was lost. The upload continues when it is back."
      );
    if (/NoSuchUpload|404/.test(error))
      return "The part that had arrived has expired. Please choose the file again.";
    const status = /returned (\d+)/.exec(error)?.[1];
    if (status) return SENTENCES[causeOfStatus(Number(status))];
    // What the page itself threw, when it signed a request, is a sentence already.
    return KNOWN.has(error) ? error : SENTENCES.unknown;
  }

  #stateOf(file: PhotoFile): UploadState {
    const { key } = file.meta;
    if (file.isGhost) return "lost";
    if (file.progress.uploadComplete) return "uploaded";
    if (file.error)
      return isConnectionFault(file.error) && !navigator.onLine ? "offline" : "failed";
    const isStarted = Boolean(file.progress.bytesUploaded);
    if (this.#gate.isPaused(key))
      return this.#gate.isWaiting(key) || !isStarted ? "paused" : "pausing";
    if (!navigator.onLine) return "offline";
    return isStarted ? "uploading" : "waiting";
  }

  /** The name under which this browser keeps the user's uploads. */
  get #name(): string {
    return `darkroom-${this.cloud.session.identityId}`;
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
    // Uppy deletes what has arrived of an upload that it forgets, also when it is kept for later.
    if (this.#stopped) throw new Explained(SENTENCES.session);
    if (request.method !== "DELETE") await this.#gate.pass(request.key);
    const file = this.#fileOf(request.key);
    if (file?.data instanceof Blob) this.#drawPreview(request.key, file.data, file.type);
    try {
      return { url: await signUpload(this.cloud.s3, uploadsBucket, request) };
    } catch (error) {
      throw new Explained(sentenceOf(error));
    }
  }
}

/** An upload of a file that Uppy does not have. */
function uploadOf(file: File, startedAt: string): Upload {
  return {
    id: crypto.randomUUID(),
    key: "",
    name: file.name,
    kind: told(file)?.kind,
    size: file.size,
    sent: 0,
    state: "waiting",
    startedAt,
  };
}

/** The earlier value if both are the same, so that what has not changed is not drawn again. */
function unchanged(before: Upload | undefined, after: Upload): Upload {
  if (!before) return after;
  const names = Object.keys(after) as (keyof Upload)[];
  return names.every((name) => before[name] === after[name]) ? before : after;
}

function sameKeys(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(SENTENCES));

/** S3 answers 400 to credentials that are too old, and 403 to those that may not. */
function isDenial(error: string): boolean {
  return /AccessDenied|returned 40[03]/.test(error);
}

function isConnectionFault(error: string): boolean {
  return /network|NETWORK|offline|connection|timed? ?out/i.test(error);
}
