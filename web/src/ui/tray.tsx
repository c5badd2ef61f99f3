import { useEffect, useState } from "preact/hooks";

import type { Studio } from "../studio";
import type { Upload } from "../uploads";
import { bytes, count } from "../words";
import { UPLOAD_STATES } from "./gallery";
import { Chevron, Cross, Pause, Play, Retry, Warning } from "./icons";

/** Uploads on their way, at the foot of the page; files that were not accepted, and why. */
export function Tray(props: { studio: Studio }) {
  const { uploads } = props.studio;
  const list = uploads.list.value.filter((upload) => upload.state !== "uploaded");
  const refused = list.filter(
    (upload) => upload.state === "refused" || upload.state === "failed",
  ).length;
  const [open, setOpen] = useState(false);

  // What went wrong is shown without being asked for.
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
  const moving = list.filter((upload) => upload.state !== "refused");
  const sent = moving.reduce((sum, upload) => sum + upload.sent, 0);
  const size = moving.reduce((sum, upload) => sum + upload.size, 0);
  const paused = moving.some((upload) => upload.state === "paused");
  const failed = moving.some((upload) => upload.state === "failed");

  return (
    <section class="tray" aria-label="Uploads">
      <div class="tray-head">
        <button
          type="button"
          class="tray-title"
          aria-expanded={open}
          aria-controls="tray-list"
          onClick={() => setOpen(!open)}
        >
          <span class={open ? "turn down" : "turn"}>
            <Chevron />
          </span>
          <span>
            {moving.length > 0
              ? `Uploading ${count(moving.length, "photo")}, ${bytes(sent)} of ${bytes(size)}`
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
        {moving.length > 0 &&
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
        {moving.length === 0 && (
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
      {moving.length > 0 && <progress max={size || 1} value={sent} aria-label="All uploads" />}
      <ul id="tray-list" hidden={!open}>
        {list.map((upload) => (
          <Row key={upload.id} upload={upload} studio={props.studio} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: { upload: Upload; studio: Studio }) {
  const { upload } = props;
  const { uploads } = props.studio;
  const { state, name } = upload;
  const fraction = upload.size ? Math.floor((100 * upload.sent) / upload.size) : 0;
  return (
    <li class={`row ${state}`}>
      <div class="row-text">
        <bdi class="row-name">{name}</bdi>
        {upload.reason ? (
          <span class="row-reason">
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
