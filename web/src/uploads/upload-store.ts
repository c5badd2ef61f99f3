/** Uploads to S3. Uppy sends the files, to addresses that are signed with the user's credentials. */

import { batch, computed, signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import { nounOf, type TakenKind } from "../kinds";
import { type Cause, causeOfStatus, Failure, sentenceOf } from "../problems";
import { words } from "../words/language";
import { refusal, takenFor, type Told, told } from "./accepted-files";
import { Attempts } from "./attempts";
import { Batch, NO_PROGRESS } from "./batch";
import type { Engine, PhotoFile } from "./engine";
import type { Chosen } from "./folders";
import { Gate } from "./gate";
import { uploadKey } from "./keys";
import { Previews } from "./previews";
import type { UploadRequest } from "./s3-requests";
import { typeOf } from "./signature";
import { hashOf, Twins } from "./twins";
import { forgetUnfinished, hasUnfinished } from "./unfinished";

/**
 * Uppy is large. Where nothing is to be uploaded yet, it is loaded so long after the tables were read:
 * the first pictures come before it, and it is there by the time that a connection may be lost.
 */
const LOAD_AFTER_MS = 2_000;
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
  kind?: TakenKind;
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

/** A file that Uppy does not have yet: it, earlier uploads or the quota are still waited for. */
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

  #uppy: Engine | undefined;
  /** What `#load` resolves to, once it was called. */
  #loading: Promise<boolean> | undefined;
  /** Whether this tab keeps uploads for the next visit, and whether one before has left some. */
  #kept: Promise<{ keeps: boolean; found: boolean }> | undefined;
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
  readonly #previews = new Previews();
  /** Attempts after the connection broke, by upload id. */
  readonly #attempts = new Map<string, Attempts>();
  /** No two uploads of this page start at the same time. */
  #lastStart = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #published = 0;
  #recorded: Pick<ReadonlySet<string>, "has"> = new Set<string>();
  #releaseLock: () => void = () => {};
  /** Resolves when this tab is done with what it keeps, which may be before it has the lock. */
  readonly #released = new Promise<void>((resolve) => {
    this.#releaseLock = resolve;
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
    addEventListener("online", this.#onOnline);
    addEventListener("offline", this.#publish);
    if (!(await this.#whatIsKept()).found) {
      await this.context.quotaKnown;
      await new Promise((done) => setTimeout(done, LOAD_AFTER_MS));
    }
    if (!this.#stopped) await this.#load();
  }

  /** Stop all uploads. This browser keeps those that have not arrived until the same user is back. */
  stop(): void {
    this.#stopped = true;
    removeEventListener("online", this.#onOnline);
    removeEventListener("offline", this.#publish);
    // Uppy keeps files that were just chosen, also when it comes only now.
    if (this.#queued.length > 0 && !this.#uppy) void this.#load().then(() => this.#end());
    else this.#end();
  }

  #end(): void {
    const uppy = this.#uppy;
    this.#keepQueued();
    // While it is there, it forgets what Uppy forgets.
    const keeper = uppy?.getPlugin("GoldenRetriever");
    if (keeper) uppy?.removePlugin(keeper);
    uppy?.destroy();
    this.#previews.clear();
    clearTimeout(this.#timer);
    this.#releaseLock();
  }

  /** Whether Uppy is there, and uploads of an earlier visit are back in it. It is loaded once. */
  #load(): Promise<boolean> {
    this.#loading ??= this.#begin().then((isThere) => {
      if (!isThere) this.#loading = undefined; // the next file is another attempt
      return isThere;
    });
    return this.#loading;
  }

  async #begin(): Promise<boolean> {
    const [{ keeps, found }, code] = await Promise.all([this.#whatIsKept(), loadEngine()]);
    if (!code) return false;
    if (this.#stopped && this.#queued.length === 0) return false;
    const name = this.#name;
    const uppy = code.createEngine({
      id: keeps ? name : `${name}-${crypto.randomUUID()}`,
      cloud: this.cloud,
      pass: (request) => this.#pass(request),
    });
    this.#uppy = uppy;
    uppy.on("state-update", () => this.#publishSoon());
    uppy.on("upload-success", (file) => {
      if (file) this.#batch.finish(file.meta.startedAt);
      this.context.onUploaded();
    });
    uppy.on("upload-error", (file, error) => {
      if (file && isDenial(error.message)) void this.#explainDenial(file.id);
      else if (file && isConnectionFault(error.message)) void this.#retryLater(file.id);
    });
    // Uploads of an earlier visit replace all that are there: one added before them would be lost.
    await new Promise<void>((done) => {
      uppy.on("restored", () => {
        this.#resume();
        this.dismissRecorded(this.#recorded);
        done();
      });
      if (keeps) code.keepFiles(uppy, Math.max(...Object.values(this.cloud.deployment.limits)));
      if (found) setTimeout(done, RESTORED_WITHIN_MS);
      else done();
    });
    return true;
  }

  /** What `#findKept` resolves to. It is asked once: whoever is quick chooses files before the start. */
  #whatIsKept(): Promise<{ keeps: boolean; found: boolean }> {
    return (this.#kept ??= this.#findKept());
  }

  async #findKept(): Promise<{ keeps: boolean; found: boolean }> {
    const name = this.#name;
    // One tab restores unfinished uploads. A second would upload them again.
    const isFirst = await this.#acquireLock(name);
    // A browser without IndexedDB keeps no files, so there are none to restore.
    const keeps = isFirst && typeof indexedDB !== "undefined";
    return { keeps, found: keeps && (await hasUnfinished(name)) };
  }

  /** Upload files. Those that cannot be uploaded are listed with the reason. */
  add(chosen: readonly Chosen[]): void {
    if (chosen.length === 0) return;
    const queued = chosen.map(({ file, path }) => ({
      file,
      path,
      upload: uploadOf(file, this.#kindOf(file), this.#nextStart()),
      anyway: false,
    }));
    // The newest are on top in the gallery, and are sent first: what moves is what is seen.
    this.#queued.push(...queued.reverse());
    this.#publish();
    void Promise.all([this.#load(), this.context.quotaKnown]).then(([isThere]) => {
      if (isThere) void this.#addQueued();
      else this.#refuseQueued();
    });
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
    const key = this.list.peek().find((upload) => upload.id === id)?.key;
    if (key) this.#previews.drop(key);
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

  /** Say no more of what was refused or has arrived. The latter stays until its image is in the table. */
  clear(): void {
    this.#refused = [];
    this.#twinFiles.clear();
    this.#batch.clear();
    this.dismissRecorded(this.#recorded);
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
    this.#previews.drop(key);
  }

  /** The address of the preview that this browser drew of an upload. */
  previewOf(key: string): string | undefined {
    return this.#previews.of(key);
  }

  /** Hand queued files to Uppy, or refuse them; with pauses in which the page is drawn. */
  async #addQueued(): Promise<void> {
    if (this.#adding) return;
    this.#adding = true;
    const { limits } = this.cloud.deployment;
    let began = performance.now();
    for (let queued = this.#queued[0]; queued; queued = this.#queued[0]) {
      const found = told(queued.file) ?? told({ name: "", type: await typeOf(queued.file) });
      const what = takenFor(found, queued.file, limits);
      const hash = what && !queued.anyway ? await this.#hash(queued.file) : undefined;
      const twin = hash && (await this.#twins.find(hash));
      const at = this.#queued.indexOf(queued);
      if (at < 0) continue; // it was cancelled meanwhile
      this.#queued.splice(at, 1);
      const reason =
        refusal(queued.file, what, limits) ??
        this.context.refusal(queued.file.size, this.#pendingSizes());
      if (reason) this.#refuse(queued, reason);
      else if (what && twin) this.#refuse(queued, words().uploads.twin(nounOf([what.kind])), twin);
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
    const { limits } = this.cloud.deployment;
    for (const queued of this.#queued) {
      const what = takenFor(told(queued.file), queued.file, limits);
      if (what && !refusal(queued.file, what, limits)) this.#addFile(queued, what);
    }
    this.#queued = [];
  }

  /** Uppy cannot be loaded: say so of all that wait for it. */
  #refuseQueued(): void {
    for (const queued of this.#queued) this.#refuse(queued, words().uploads.notLoaded);
    this.#queued = [];
    this.#publish();
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
      const reason = twice ? words().uploads.twice : sentenceOf(error);
      this.#refused.push({ ...upload, state: "refused", reason });
      return;
    }
    if (hash) this.#twins.add(hash, key);
    if (uppy.getFiles().length <= PREVIEWED) this.#drawPreview(key, file, what.contentType);
  }

  #drawPreview(key: string, file: Blob, contentType: string): void {
    void this.#previews.add(key, file, contentType).then((isNew) => isNew && this.#publishSoon());
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
      reason = words().uploads.reasonUnknown;
    }
    if (!reason && before === undefined) {
      this.#denials.set(id, words().uploads.mayNot);
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
      this.#denials.set(id, reason ?? words().uploads.refusedOrUnreachable);
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

  /** What a file is shown as until it has been looked into. */
  #kindOf(file: { name: string; type: string }): TakenKind | undefined {
    return takenFor(told(file), file, this.cloud.deployment.limits)?.kind;
  }

  #uploadOf(file: PhotoFile): Upload {
    const { progress } = file;
    const size = file.size ?? 0;
    return {
      id: file.id,
      key: file.meta.key,
      name: file.name ?? "",
      kind: this.#kindOf({ name: file.name ?? "", type: file.type ?? "" }),
      size,
      sent: progress.uploadComplete ? size : Number(progress.bytesUploaded) || 0,
      state: this.#stateOf(file),
      reason: file.error ? this.#reason(file.id, file.error) : undefined,
      startedAt: file.meta.startedAt,
      preview: this.previewOf(file.meta.key),
    };
  }

  #reason(id: string, error: string): string {
    const { causes, uploads } = words();
    if (isDenial(error)) return this.#denials.get(id) ?? uploads.askingWhy;
    if (isConnectionFault(error)) return this.#denials.get(id) ?? uploads.connectionLost;
    if (/NoSuchUpload|404/.test(error)) return uploads.expired;
    const status = /returned (\d+)/.exec(error)?.[1];
    if (status) return causes[causeOfStatus(Number(status))];
    // What the page itself threw, when it signed a request, is a cause.
    return Object.hasOwn(causes, error) ? causes[error as Cause] : causes.unknown;
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
        return lock === null ? undefined : this.#released;
      });
    });
  }

  /** Resolves when a request of an upload may be sent; throws when none may any more. */
  async #pass(request: UploadRequest): Promise<void> {
    // Uppy deletes what has arrived of an upload that it forgets, also when it is kept for later.
    if (this.#stopped) throw new Failure("session");
    if (request.method !== "DELETE") await this.#gate.pass(request.key);
    const file = this.#fileOf(request.key);
    if (file?.data instanceof Blob) this.#drawPreview(request.key, file.data, file.type);
  }
}

/** Uppy's code. Where the browser is offline it is waited for; undefined where it cannot be loaded. */
async function loadEngine(): Promise<typeof import("./engine") | undefined> {
  const attempts = new Attempts();
  for (;;) {
    try {
      return await import("./engine");
    } catch {
      const pause = attempts.next(navigator.onLine);
      if (pause === undefined) return undefined;
      await new Promise((again) => {
        setTimeout(again, pause);
        addEventListener("online", again, { once: true });
      });
    }
  }
}

/** An upload of a file that Uppy does not have. */
function uploadOf(file: File, kind: TakenKind | undefined, startedAt: string): Upload {
  return {
    id: crypto.randomUUID(),
    key: "",
    name: file.name,
    kind,
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

/** S3 answers 400 to credentials that are too old, and 403 to those that may not. */
function isDenial(error: string): boolean {
  return /AccessDenied|returned 40[03]/.test(error);
}

function isConnectionFault(error: string): boolean {
  return /network|NETWORK|offline|unreachable|connection|timed? ?out/i.test(error);
}
