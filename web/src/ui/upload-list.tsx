import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { bytes } from "../format";
import { type Noun, nounOf } from "../kinds";
import type { Upload } from "../uploads/upload-store";
import { words } from "../words/language";
import { Chevron, Cross, Pause, Play, Retry, Warning } from "./icons";
import { useLeaveQuestion } from "./leave-question";
import { Question } from "./question";
import { addressOf } from "./routes";
import { useStore } from "./store";
import { inRowOrder, titleOf } from "./upload-title";

/** Of more uploads, only so many have a row: those that move and those that went wrong. */
const MOST_ROWS = 50;
/** How long it is said that all have arrived. */
const SUMMARY_MS = 8_000;

/** Uploads at the foot of the page, and files that were refused, with reasons. */
export function UploadList() {
  const { uploads } = useStore();
  const say = words();
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

  useLeaveQuestion(list.some(({ state }) => state === "uploading" || state === "pausing"));

  if (list.length === 0 && progress.total === 0) return null;
  const paused = pending.some(({ state }) => state === "paused" || state === "pausing");
  const failed = pending.some(({ state }) => state === "failed");
  const title = titleOf(list, progress);

  return (
    <section class="upload-list" aria-label={say.uploads.uploads}>
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
        {failed && (
          <HeadButton label={say.uploads.retryAll} icon={<Retry />} go={() => uploads.retryAll()} />
        )}
        {isPending &&
          (paused ? (
            <HeadButton
              label={say.uploads.resumeAll}
              icon={<Play />}
              go={() => uploads.resumeAll()}
            />
          ) : (
            <HeadButton
              label={say.uploads.pauseAll}
              icon={<Pause />}
              go={() => uploads.pauseAll()}
            />
          ))}
        {pending.length > 1 && <CancelAll pending={pending.length} noun={nounOf(progress.kinds)} />}
        {!isPending && (
          <HeadButton label={say.uploads.dismiss} icon={<Cross />} go={() => uploads.clear()} />
        )}
      </div>
      {isPending && <progress max={1} value={progress.fraction} aria-label={say.uploads.all} />}
      {list.length > 0 && (
        <ul id="upload-rows" hidden={!open}>
          {open &&
            inRowOrder(list)
              .slice(0, MOST_ROWS)
              .map((upload) => <UploadRow key={upload.id} upload={upload} />)}
          {list.length > MOST_ROWS && (
            <li class="upload-row hint">{say.common.andMore(list.length - MOST_ROWS)}</li>
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
function CancelAll(props: { pending: number; noun: Noun }) {
  const { uploads } = useStore();
  const say = words();
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <HeadButton
        label={say.uploads.cancelAll}
        icon={<Cross />}
        go={() => dialog.current?.showModal()}
      />
      <Question
        dialog={dialog}
        title={say.uploads.cancelAllTitle}
        no={say.uploads.goOn}
        yes={say.uploads.cancelAll}
        onYes={() => {
          dialog.current?.close();
          uploads.cancelAll();
        }}
      >
        <p>{say.uploads.cancelled(props.pending, props.noun)}</p>
      </Question>
    </>
  );
}

function UploadRow(props: { upload: Upload }) {
  const { uploads } = useStore();
  const say = words();
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
            {upload.twin && <a href={addressOf(upload.twin)}>{say.uploads.showIt}</a>}
          </span>
        ) : (
          <span class="hint">
            {say.uploads.states[state]}
            {(state === "uploading" || state === "pausing" || state === "paused") &&
              ` · ${say.uploads.percentOf(fraction, bytes(upload.size))}`}
          </span>
        )}
      </div>
      {state === "failed" && (
        <button
          type="button"
          class="icon-button"
          aria-label={say.uploads.retryOne(name)}
          title={say.uploads.retry}
          onClick={() => uploads.retry(upload.id)}
        >
          <Retry />
        </button>
      )}
      {upload.twin && (
        <button
          type="button"
          class="button small"
          aria-label={say.uploads.anywayOne(name)}
          onClick={() => uploads.addAnyway(upload.id)}
        >
          {say.uploads.anyway}
        </button>
      )}
      {(state === "uploading" || state === "waiting") && (
        <button
          type="button"
          class="icon-button"
          aria-label={say.uploads.pauseOne(name)}
          title={say.uploads.pause}
          onClick={() => uploads.pause(upload.id)}
        >
          <Pause />
        </button>
      )}
      {(state === "paused" || state === "pausing") && (
        <button
          type="button"
          class="icon-button"
          aria-label={say.uploads.resumeOne(name)}
          title={say.uploads.resume}
          onClick={() => uploads.pause(upload.id)}
        >
          <Play />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={
          state === "refused" ? say.uploads.dismissOne(name) : say.uploads.cancelOne(name)
        }
        title={state === "refused" ? say.uploads.dismiss : say.common.cancel}
        onClick={() => uploads.cancel(upload.id)}
      >
        <Cross />
      </button>
    </li>
  );
}
