import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Notification } from "../cloud/records";
import { ago, count, moment } from "../format";
import { sentenceOf } from "../problems";
import type { Answer } from "../store/notifications";
import { shownName } from "../uploads/keys";
import { Bell, Cross } from "./icons";
import { Picture } from "./picture";
import { ReadingProblem, useReading } from "./reading";
import { addressOf } from "./routes";
import { useStore } from "./store";

/** How long a notification has to be visible to count as seen, in ms. */
const SEEN_AFTER_MS = 600;

/** A button with the number of new notifications. It opens a panel with all of them. */
export function NotificationBell() {
  const { notifications, cloud } = useStore();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const unseen = notifications.unseen.value;

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
    <div class="notification-bell">
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-label={unseen ? `Notifications, ${unseen} new` : "Notifications"}
        onClick={() => setOpen(!open)}
      >
        <Bell />
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
          <NotificationList />
          {!cloud.session.guest && <MailChoices />}
        </div>
      )}
    </div>
  );
}

function NotificationList() {
  const store = useStore();
  const all = store.notifications.list.value;
  if (all.length === 0 && !store.notifications.loaded.value) {
    const problem = store.problem.value;
    return (
      <div class="hint panel-empty">
        {problem ? (
          <ReadingProblem what="Notifications" problem={problem} retry={() => store.retry()} />
        ) : (
          <p role="status">Loading …</p>
        )}
      </div>
    );
  }
  if (all.length === 0) {
    return (
      <p class="hint panel-empty">
        No notifications yet. They say when a photo is ready, or why it is not.
      </p>
    );
  }
  return (
    <ul class="notification-list" aria-label={count(all.length, "notification")}>
      {all.map((one) => (
        <NotificationItem key={one.notification_id} notification={one} />
      ))}
    </ul>
  );
}

/** Choices of what is mailed: a label, and the kinds of notifications that it stands for. */
const MAILS: [string, string[]][] = [
  ["Photos that are ready", ["processed"]],
  ["Photos with a problem", ["rejected", "failed", "over_quota"]],
  ["Reminders of notifications that I have not seen", ["reminder"]],
];

/** Which notifications are also sent by e-mail. */
function MailChoices() {
  const { cloud } = useStore();
  const [open, setOpen] = useState(false);
  const reading = useReading(open ? () => cloud.muted() : undefined, [open]);
  const [chosen, setMuted] = useState<ReadonlySet<string>>();
  const muted = chosen ?? reading.value;
  const [problem, setProblem] = useState<string>();

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
      setProblem(`That did not work. ${sentenceOf(error)}`);
    }
  }

  return (
    <details class="mail-choices" onToggle={(event) => setOpen(event.currentTarget.open)}>
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
      {reading.problem && (
        <ReadingProblem what="Your choices" problem={reading.problem} retry={reading.retry} />
      )}
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

/** The answers that a notification asks for. Only photos that can still be processed are retried. */
function answersTo({ kind }: Notification): Answer[] {
  return kind === "over_quota" || kind === "failed"
    ? ["retry", "keep", "delete"]
    : ["keep", "delete"];
}

function NotificationItem(props: { notification: Notification }) {
  const { gallery, notifications } = useStore();
  const { notification } = props;
  const item = useRef<HTMLLIElement>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const image = useComputed(() => gallery.images.value.get(notification.image)).value;
  const name = shownName(notification.image);
  const isNew = !notification.seen_at;
  const isReady = image !== undefined && notification.kind === "processed";

  useEffect(() => {
    if (!item.current || !isNew) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        if (entries.some((entry) => entry.isIntersecting)) {
          timer = setTimeout(() => void notifications.markSeen(notification), SEEN_AFTER_MS);
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
      await notifications.respond(notification, response);
    } catch (error) {
      setProblem(`That did not work. ${sentenceOf(error)}`);
    }
    setAsking(false);
    setBusy(false);
  }

  return (
    <li ref={item} class={isNew ? "notification new" : "notification"}>
      <span class={isReady ? "notification-picture" : "notification-picture none"}>
        {isReady && <Picture image={image} side={52} alt="" />}
      </span>
      <div class="notification-text">
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
          <div class="notification-answers">
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
