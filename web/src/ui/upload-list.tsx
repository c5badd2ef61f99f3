import { useEffect, useState } from "preact/hooks";

import { bytes, count } from "../format";
import type { Upload } from "../uploads/upload-store";
import { UPLOAD_STATES } from "./gallery";
import { Chevron, Cross, Pause, Play, Retry, Warning } from "./icons";
import { useStore } from "./store";

/** Uploads that have not arrived, at the foot of the page, and files that were refused, with reasons. */
export function UploadList() {
  const { uploads } = useStore();
  const list = uploads.list.value.filter((upload) => upload.state !== "uploaded");
  const refused = list.filter(
    (upload) => upload.state === "refused" || upload.state === "failed",
  ).length;
  const [open, setOpen] = useState(false);

  // The list opens by itself when an upload fails.
  useEffect(() => {
    if (refused > 0) setOpen(true);
  }, [refused]);

  useEffect(() => {
    if (uploads.active.value === 0) return;
    const warn = (event: BeforeUnloadEvent) => {
      const unsafe = uploads.list.peek().some((upload) => upload.state === "uploading");
      if (unsafe) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [uploads, uploads.active.value]);

  if (list.length === 0) return null;
  const pending = list.filter((upload) => upload.state !== "refused");
  const sent = pending.reduce((sum, upload) => sum + upload.sent, 0);
  const size = pending.reduce((sum, upload) => sum + upload.size, 0);
  const paused = pending.some((upload) => upload.state === "paused");
  const failed = pending.some((upload) => upload.state === "failed");

  return (
    <section class="upload-list" aria-label="Uploads">
      <div class="upload-list-head">
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
          <span>
            {pending.length > 0
              ? `Uploading ${count(pending.length, "photo")}, ${bytes(sent)} of ${bytes(size)}`
              : `${count(refused, "file")} not accepted`}
          </span>
        </button>
        {failed && (
          <button
            type="button"
            class="icon-button"
            aria-label="Retry all"
            title="Retry all"
            onClick={() => uploads.retryAll()}
          >
            <Retry />
          </button>
        )}
        {pending.length > 0 &&
          (paused ? (
            <button
              type="button"
              class="icon-button"
              aria-label="Resume all"
              title="Resume all"
              onClick={() => uploads.resumeAll()}
            >
              <Play />
            </button>
          ) : (
            <button
              type="button"
              class="icon-button"
              aria-label="Pause all"
              title="Pause all"
              onClick={() => uploads.pauseAll()}
            >
              <Pause />
            </button>
          ))}
        {pending.length === 0 && (
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            title="Dismiss"
            onClick={() => uploads.clear()}
          >
            <Cross />
          </button>
        )}
      </div>
      {pending.length > 0 && <progress max={size || 1} value={sent} aria-label="All uploads" />}
      <ul id="upload-rows" hidden={!open}>
        {list.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
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
            <Warning size={16} /> {upload.reason}
          </span>
        ) : (
          <span class="hint">
            {UPLOAD_STATES[state]}
            {(state === "uploading" || state === "paused") &&
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
      {state === "paused" && (
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
