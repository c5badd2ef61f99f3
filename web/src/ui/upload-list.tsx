import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { bytes, count } from "../format";
import { nounOf } from "../kinds";
import type { Upload } from "../uploads/upload-store";
import { Chevron, Cross, Pause, Play, Retry, Warning } from "./icons";
import { addressOf } from "./routes";
import { useStore } from "./store";
import { UPLOAD_STATES } from "./tile";
import { inRowOrder, titleOf } from "./upload-title";

/** Of more uploads, only so many have a row: those that move and those that went wrong. */
const MOST_ROWS = 50;
/** How long it is said that all have arrived. */
const SUMMARY_MS = 8_000;

/** Uploads at the foot of the page, and files that were refused, with reasons. */
export function UploadList() {
  const { uploads } = useStore();
  const progress = uploads.progress.value;
  const list = uploads.list.value.filter((upload) => upload.state !== "uploaded");
  const pending = list.filter((upload) => upload.state !== "refused");
  const isPending = pending.length > 0;
  const wrong = list.filter(({ state }) => state === "refused" || state === "failed").length;
  const isOver = !isPending && wrong === 0 && progress.total > 0;
  const [open, setOpen] = useState(false);

  // The list opens by itself when an upload fails.
  useEffect(() => {
    if (wrong > 0) setOpen(true);
  }, [wrong]);

  useEffect(() => {
    if (!isOver) return;
    setOpen(false);
    const timer = setTimeout(() => uploads.clear(), SUMMARY_MS);
    return () => clearTimeout(timer);
  }, [isOver]);

  useEffect(() => {
    if (uploads.active.value === 0) return;
    const warn = (event: BeforeUnloadEvent) => {
      const unsafe = uploads.list
        .peek()
        .some(({ state }) => state === "uploading" || state === "pausing");
      if (unsafe) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [uploads, uploads.active.value]);

  if (list.length === 0 && progress.total === 0) return null;
  const paused = pending.some(({ state }) => state === "paused" || state === "pausing");
  const failed = pending.some(({ state }) => state === "failed");
  const title = titleOf(list, progress);

  return (
    <section class="upload-list" aria-label="Uploads">
      <div class="upload-list-head">
        {list.length > 0 ? (
          <button
            type="button"
            class="upload-list-title"
            aria-expanded={open}
            aria-controls="upload-rows"
            onClick={() => setOpen(!open)}
          >
            <span class={open ? "chevron open" : "chevron"}>
              <Chevron />
            </span>
            <span>{title}</span>
          </button>
        ) : (
          <p class="upload-list-title" role="status">
            {title}
          </p>
        )}
        {failed && <HeadButton label="Retry all" icon={<Retry />} go={() => uploads.retryAll()} />}
        {isPending &&
          (paused ? (
            <HeadButton label="Resume all" icon={<Play />} go={() => uploads.resumeAll()} />
          ) : (
            <HeadButton label="Pause all" icon={<Pause />} go={() => uploads.pauseAll()} />
          ))}
        {pending.length > 1 && <CancelAll pending={pending.length} noun={nounOf(progress.kinds)} />}
        {!isPending && <HeadButton label="Dismiss" icon={<Cross />} go={() => uploads.clear()} />}
      </div>
      {isPending && <progress max={1} value={progress.fraction} aria-label="All uploads" />}
      {list.length > 0 && (
        <ul id="upload-rows" hidden={!open}>
          {open &&
            inRowOrder(list)
              .slice(0, MOST_ROWS)
              .map((upload) => <UploadRow key={upload.id} upload={upload} />)}
          {list.length > MOST_ROWS && (
            <li class="upload-row hint">and {count(list.length - MOST_ROWS, "more", "more")}</li>
          )}
        </ul>
      )}
    </section>
  );
}

function HeadButton(props: { label: string; icon: ComponentChildren; go: () => void }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.label}
      title={props.label}
      onClick={props.go}
    >
      {props.icon}
    </button>
  );
}

/** A button that cancels all uploads after a question. */
function CancelAll(props: { pending: number; noun: string }) {
  const { uploads } = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <HeadButton label="Cancel all" icon={<Cross />} go={() => dialog.current?.showModal()} />
      <dialog ref={dialog} aria-labelledby="cancel-title">
        <h2 id="cancel-title">Cancel all uploads?</h2>
        <p>
          {count(props.pending, props.noun)} that {props.pending === 1 ? "has" : "have"} not arrived
          yet will not be uploaded.
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Go on
          </button>
          <button
            type="button"
            class="button danger filled"
            onClick={() => {
              dialog.current?.close();
              uploads.cancelAll();
            }}
          >
            Cancel all
          </button>
        </div>
      </dialog>
    </>
  );
}

function UploadRow(props: { upload: Upload }) {
  const { uploads } = useStore();
  const { upload } = props;
  const { state, name } = upload;
  const fraction = upload.size ? Math.floor((100 * upload.sent) / upload.size) : 0;
  return (
    <li class="upload-row">
      <div class="upload-text">
        <bdi class="upload-name">{name}</bdi>
        {upload.reason ? (
          <span class="upload-reason">
            <Warning size={16} /> {upload.reason}{" "}
            {upload.twin && <a href={addressOf(upload.twin)}>Show it</a>}
          </span>
        ) : (
          <span class="hint">
            {UPLOAD_STATES[state]}
            {(state === "uploading" || state === "pausing" || state === "paused") &&
              ` · ${fraction} % of ${bytes(upload.size)}`}
          </span>
        )}
      </div>
      {state === "failed" && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Retry ${name}`}
          title="Retry"
          onClick={() => uploads.retry(upload.id)}
        >
          <Retry />
        </button>
      )}
      {upload.twin && (
        <button
          type="button"
          class="button small"
          aria-label={`Upload anyway: ${name}`}
          onClick={() => uploads.addAnyway(upload.id)}
        >
          Upload anyway
        </button>
      )}
      {(state === "uploading" || state === "waiting") && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Pause ${name}`}
          title="Pause"
          onClick={() => uploads.pause(upload.id)}
        >
          <Pause />
        </button>
      )}
      {(state === "paused" || state === "pausing") && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Resume ${name}`}
          title="Resume"
          onClick={() => uploads.pause(upload.id)}
        >
          <Play />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={`${state === "refused" ? "Dismiss" : "Cancel"} ${name}`}
        title={state === "refused" ? "Dismiss" : "Cancel"}
        onClick={() => uploads.cancel(upload.id)}
      >
        <Cross />
      </button>
    </li>
  );
}
