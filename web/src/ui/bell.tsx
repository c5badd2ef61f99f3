import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { shownName } from "../keys";
import type { Notification } from "../records";
import type { Answer, Studio } from "../studio";
import { ago, count, moment } from "../words";
import { Bell as BellIcon, Cross } from "./icons";
import { Picture } from "./picture";
import { addressOf } from "./routes";

/** How long a notification has to be in view to count as seen, in ms. */
const SEEN_AFTER_MS = 600;

/** The bell, and what it tells. */
export function Bell(props: { studio: Studio }) {
  const { studio } = props;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const unseen = studio.unseen.value;

  useEffect(() => {
    if (!open) return;
    panel.current?.focus();
    const close = (event: Event) => {
      const away = event.type === "pointerdown" || event.type === "focusin";
      const inside = event.target instanceof Node && panel.current?.contains(event.target);
      if (away && (inside || button.current?.contains(event.target as Node))) return;
      if (event instanceof KeyboardEvent && event.key !== "Escape") return;
      setOpen(false);
      if (event instanceof KeyboardEvent) button.current?.focus();
    };
    addEventListener("keydown", close);
    addEventListener("pointerdown", close);
    addEventListener("focusin", close);
    addEventListener("hashchange", close);
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("pointerdown", close);
      removeEventListener("focusin", close);
      removeEventListener("hashchange", close);
    };
  }, [open]);

  return (
    <div class="bell">
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-label={unseen ? `Notifications, ${unseen} new` : "Notifications"}
        onClick={() => setOpen(!open)}
      >
        <BellIcon />
        {unseen > 0 && (
          <span class="badge" aria-hidden="true">
            {unseen > 99 ? "99+" : unseen}
          </span>
        )}
      </button>
      {open && (
        <div ref={panel} class="panel" role="dialog" aria-label="Notifications" tabIndex={-1}>
          <div class="panel-head">
            <h2>Notifications</h2>
            <button
              type="button"
              class="icon-button"
              aria-label="Close notifications"
              onClick={() => {
                setOpen(false);
                button.current?.focus();
              }}
            >
              <Cross />
            </button>
          </div>
          <Told studio={studio} />
          {!studio.cloud.session.guest && <Mails studio={studio} />}
        </div>
      )}
    </div>
  );
}

function Told(props: { studio: Studio }) {
  const all = props.studio.notifications.value;
  if (all.length === 0) {
    return (
      <p class="hint panel-empty">
        Nothing yet. You are told here when a photo is ready, or is not.
      </p>
    );
  }
  return (
    <ul class="told" aria-label={count(all.length, "notification")}>
      {all.map((one) => (
        <Item key={one.notification_id} studio={props.studio} notification={one} />
      ))}
    </ul>
  );
}

/** What can be mailed, in words, and the kinds of notifications that it stands for. */
const MAILS: [string, string[]][] = [
  ["Photos that are ready", ["processed"]],
  ["Photos that are not", ["rejected", "failed", "over_quota"]],
  ["Reminders of what I have not seen", ["reminder"]],
];

/** Which notifications are mailed besides. */
function Mails(props: { studio: Studio }) {
  const { cloud } = props.studio;
  const [muted, setMuted] = useState<ReadonlySet<string>>();
  const [problem, setProblem] = useState<string>();
  const fail = (error: unknown) =>
    setProblem(`That did not work: ${error instanceof Error ? error.message : error}`);

  async function set(kinds: string[], mailed: boolean): Promise<void> {
    const before = muted ?? new Set();
    const after = new Set([...before].filter((kind) => !kinds.includes(kind)));
    if (!mailed) for (const kind of kinds) after.add(kind);
    setMuted(after);
    setProblem(undefined);
    try {
      await cloud.mute(after);
    } catch (error) {
      setMuted(before);
      fail(error);
    }
  }

  return (
    <details
      class="mails"
      onToggle={(event) => {
        if (event.currentTarget.open && !muted) void cloud.muted().then(setMuted, fail);
      }}
    >
      <summary>What is mailed to me</summary>
      <fieldset disabled={!muted}>
        <legend class="visually-hidden">What is mailed to me</legend>
        {MAILS.map(([label, kinds]) => (
          <label key={label}>
            <input
              type="checkbox"
              checked={muted !== undefined && !kinds.every((kind) => muted.has(kind))}
              onChange={(event) => void set(kinds, event.currentTarget.checked)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p class="problem" role="alert">
        {problem}
      </p>
    </details>
  );
}

const ANSWERS: Record<Answer, string> = { keep: "Keep", retry: "Retry", delete: "Delete" };
const ANSWERED: Record<string, string> = {
  keep: "You kept it.",
  delete: "You deleted it.",
  retry: "You asked for another attempt.",
};

function answersTo(notification: Notification): Answer[] {
  switch (notification.kind) {
    case "over_quota":
    case "failed":
      return ["retry", "keep", "delete"];
    default:
      return ["keep", "delete"];
  }
}

function Item(props: { studio: Studio; notification: Notification }) {
  const { studio, notification } = props;
  const item = useRef<HTMLLIElement>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const image = useComputed(() => studio.images.value.get(notification.image)).value;
  const name = shownName(notification.image);
  const isNew = !notification.seen_at;

  useEffect(() => {
    if (!item.current || !isNew) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        if (entries.some((entry) => entry.isIntersecting)) {
          timer = setTimeout(() => void studio.markSeen(notification), SEEN_AFTER_MS);
        }
      },
      { threshold: 0.6 },
    );
    observer.observe(item.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [isNew]);

  async function answer(response: Answer): Promise<void> {
    if (response === "delete" && !asking) {
      setAsking(true);
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await studio.respond(notification, response);
    } catch (error) {
      setProblem(`That did not work: ${error instanceof Error ? error.message : error}`);
    }
    setAsking(false);
    setBusy(false);
  }

  return (
    <li ref={item} class={isNew ? "note new" : "note"}>
      <span
        class={image && notification.kind === "processed" ? "note-picture" : "note-picture none"}
      >
        {image && notification.kind === "processed" && (
          <Picture studio={studio} image={image} side={52} alt="" />
        )}
      </span>
      <div class="note-text">
        <p>
          {image ? (
            <a href={addressOf(notification.image)}>
              <bdi>{name}</bdi>
            </a>
          ) : (
            <bdi>{name}</bdi>
          )}
          {isNew && <span class="visually-hidden"> (new)</span>}
        </p>
        <p>{notification.message}</p>
        <p class="hint">
          <time dateTime={notification.sent_at} title={moment(notification.sent_at)}>
            {ago(notification.sent_at)}
          </time>
          {notification.response &&
            ` · ${ANSWERED[notification.response] ?? notification.response}`}
        </p>
        {!notification.response && image && (
          <div class="answers">
            {asking ? (
              <>
                <button
                  type="button"
                  class="button small danger"
                  disabled={busy}
                  onClick={() => void answer("delete")}
                >
                  Delete for good
                </button>
                <button type="button" class="button small" onClick={() => setAsking(false)}>
                  Cancel
                </button>
              </>
            ) : (
              answersTo(notification).map((response) => (
                <button
                  key={response}
                  type="button"
                  class="button small"
                  disabled={busy}
                  aria-label={`${ANSWERS[response]} ${name}`}
                  onClick={() => void answer(response)}
                >
                  {ANSWERS[response]}
                </button>
              ))
            )}
          </div>
        )}
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </li>
  );
}
