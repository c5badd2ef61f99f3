import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Notification } from "../cloud/records";
import { ago, moment } from "../format";
import { kindOf, nounOf } from "../kinds";
import { type Answer, type Group, RETRIED } from "../store/notifications";
import { endInWords } from "../told";
import { shownName } from "../uploads/keys";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { FilePicture } from "./file-picture";
import { addressOf } from "./routes";
import { useStore } from "./store";

/** How long a notification has to be visible to count as seen, in ms. */
const SEEN_AFTER_MS = 600;
/** Of more photos that are told together, these are shown. */
const PICTURES = 5;

/**
 * The answers that a notification asks for: none where all is well. What can still be processed is
 * tried again; what cannot is kept as it is, or deleted.
 */
function answersTo({ kind }: Notification): Answer[] {
  if (kind === "processed") return [];
  return RETRIED.includes(kind) ? ["retry", "delete"] : ["keep", "delete"];
}

const isDeletion = (answer: Answer) => answer === "delete";

/** What is told together, in a row. */
export function NotificationRow(props: { group: Group }) {
  const { notifications } = useStore();
  const { group } = props;
  const [newest] = group;
  const row = useRef<HTMLLIElement>(null);
  const isNew = group.some((one) => !one.seen_at);

  useEffect(() => {
    if (!row.current || !isNew) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        if (entries.some((entry) => entry.isIntersecting)) {
          const unseen = group.filter((one) => !one.seen_at);
          timer = setTimeout(() => void notifications.markSeen(unseen), SEEN_AFTER_MS);
        }
      },
      { threshold: 0.6 },
    );
    observer.observe(row.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [isNew, group.length]);

  return (
    <li ref={row} class={isNew ? "notification new" : "notification"}>
      {group.length === 1 ? (
        <One notification={newest} isNew={isNew} />
      ) : (
        <Many group={group} isNew={isNew} />
      )}
    </li>
  );
}

/** Photos that are ready. */
function Many(props: { group: Group; isNew: boolean }) {
  const { group } = props;
  const say = words();
  const what = nounOf(group.map(({ file_kind = "picture" }) => file_kind));
  const others = group.length - PICTURES;
  return (
    <div class="notification-text">
      <p>
        <b>{say.notifications.ready(group.length, what)}</b>
        {props.isNew && <span class="visually-hidden"> {say.notifications.isNew}</span>}
      </p>
      <p class="hint">
        <Time notification={group[0]} />
      </p>
      <div class="notification-pictures">
        {group.slice(0, PICTURES).map(({ notification_id, image }) => (
          <Thumbnail key={notification_id} photo={image} />
        ))}
        {others > 0 && <span class="hint">{say.common.andMore(others)}</span>}
      </div>
    </div>
  );
}

function Thumbnail(props: { photo: string }) {
  const { gallery } = useStore();
  const { photo } = props;
  const image = useComputed(() => gallery.images.value.get(photo)).value;
  return (
    <a href={addressOf(photo)} class="notification-picture" aria-label={shownName(photo)}>
      {image && <FilePicture image={image} side={52} />}
    </a>
  );
}

function One(props: { notification: Notification; isNew: boolean }) {
  const { gallery, notifications } = useStore();
  const { notification } = props;
  const say = words();
  const answered: Readonly<Record<string, string>> = say.notifications.answered;
  const [asking, setAsking] = useState(false);
  const { busy, problem, attempt } = useAttempt();
  const image = useComputed(() => gallery.images.value.get(notification.image)).value;
  /** Its record is known only if it was in view. */
  const isThere = useComputed(() => gallery.entries.value.has(notification.image)).value;
  const name = shownName(notification.image);
  const isReady = image !== undefined && notification.kind === "processed";

  function answer(response: Answer): void {
    if (response === "delete" && !asking) {
      setAsking(true);
      return;
    }
    void attempt(() => notifications.respond(notification, response)).then(() => setAsking(false));
  }

  return (
    <>
      <span class={isReady ? "notification-picture" : "notification-picture none"}>
        {isReady && <FilePicture image={image} side={52} />}
      </span>
      <div class="notification-text">
        <p>
          {isThere ? (
            <a href={addressOf(notification.image)}>
              <bdi>{name}</bdi>
            </a>
          ) : (
            <bdi>{name}</bdi>
          )}
          {props.isNew && <span class="visually-hidden"> {say.notifications.isNew}</span>}
        </p>
        <p>
          {endInWords(
            notification.kind,
            nounOf([kindOf({ kind: notification.file_kind })]),
            notification,
          )}
        </p>
        <p class="hint">
          <Time notification={notification} />
          {notification.response &&
            ` · ${answered[notification.response] ?? notification.response}`}
        </p>
        {!notification.response && isThere && (
          <div class="notification-answers">
            {asking ? (
              <>
                <button
                  type="button"
                  class="button small danger"
                  disabled={busy}
                  onClick={() => answer("delete")}
                >
                  {say.common.deleteForGood}
                </button>
                <button type="button" class="button small" onClick={() => setAsking(false)}>
                  {say.common.cancel}
                </button>
              </>
            ) : (
              answersTo(notification).map((response) => (
                <button
                  key={response}
                  type="button"
                  class={isDeletion(response) ? "button small danger" : "button small"}
                  disabled={busy}
                  aria-label={say.notifications.answersFor[response](name)}
                  onClick={() => answer(response)}
                >
                  {say.notifications.answers[response]}
                </button>
              ))
            )}
          </div>
        )}
        {problem && (
          <p class="problem" role="alert">
            {say.common.notDone} {problem}
          </p>
        )}
      </div>
    </>
  );
}

function Time(props: { notification: Notification }) {
  const { sent_at } = props.notification;
  return (
    <time dateTime={sent_at} title={moment(sent_at)}>
      {ago(sent_at)}
    </time>
  );
}
