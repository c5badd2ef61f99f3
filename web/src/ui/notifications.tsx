import { useEffect, useRef, useState } from "preact/hooks";

import { useNoun } from "./adding";
import { useAttempt } from "./attempt";
import { Bell, Cross } from "./icons";
import { MailChoices } from "./mail-choices";
import { NotificationRow } from "./notification-row";
import { ReadingProblem, useNextPage } from "./reading";
import { useStore } from "./store";

/** What the badge has room for. */
const MOST_SHOWN = 999;

/** A button with the number of new notifications. It opens a panel with all of them. */
export function NotificationBell() {
  const { notifications, cloud, owner } = useStore();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const unseen = notifications.unseen.value;
  const shown = unseen > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unseen);

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
        aria-label={unseen ? `Notifications, ${shown} new` : "Notifications"}
        onClick={() => setOpen(!open)}
      >
        <Bell />
        {unseen > 0 && (
          <span class="badge" aria-hidden="true">
            {shown}
          </span>
        )}
      </button>
      {open && (
        <div ref={panel} class="panel" role="dialog" aria-label="Notifications" tabIndex={-1}>
          <div class="panel-head">
            <h2>Notifications</h2>
            <MarkAll />
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
          {!owner.value.guest && cloud.deployment.mailsPeople && <MailChoices />}
        </div>
      )}
    </div>
  );
}

function NotificationList() {
  const store = useStore();
  const { groups, hasOlder, loaded } = store.notifications;
  const noun = useNoun();
  const all = groups.value;
  if (all.length === 0 && !loaded.value) {
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
        No notifications yet. They say when a {noun} is ready, or why it is not.
      </p>
    );
  }
  return (
    <div class="notification-list">
      <ul aria-label="Newest first">
        {all.map((group) => (
          <NotificationRow key={group.at(-1)?.notification_id} group={group} />
        ))}
      </ul>
      {hasOlder.value && <Older />}
    </div>
  );
}

/** A button that marks everything as seen. */
function MarkAll() {
  const { notifications } = useStore();
  const { busy, problem, attempt } = useAttempt();
  if (notifications.unseen.value === 0 && !problem) return null;
  return (
    <>
      <button
        type="button"
        class="button small mark-all"
        aria-disabled={busy}
        onClick={() => void attempt(() => notifications.markAllSeen())}
      >
        {busy ? "One moment …" : "Mark all as seen"}
      </button>
      {problem && (
        <p class="problem" role="alert">
          That did not work. {problem}
        </p>
      )}
    </>
  );
}

/** A button that reads older notifications. */
function Older() {
  const { notifications } = useStore();
  const { isWanted, reading, want } = useNextPage(notifications.pages.value, () =>
    notifications.loadOlder(),
  );
  return (
    <div class="notifications-older">
      {reading.problem ? (
        <ReadingProblem what="Older ones" problem={reading.problem} retry={reading.retry} />
      ) : (
        <button type="button" class="button small" onClick={want}>
          {isWanted ? "Loading …" : "Show older ones"}
        </button>
      )}
    </div>
  );
}
