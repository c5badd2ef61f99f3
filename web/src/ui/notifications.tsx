import { words } from "../words/language";
import { useNoun } from "./adding";
import { useAttempt } from "./attempt";
import { Bell, Cross } from "./icons";
import { MailChoices } from "./mail-choices";
import { NotificationRow } from "./notification-row";
import { usePanel } from "./panel";
import { ReadingProblem, useNextPage } from "./reading";
import { useStore } from "./store";

/** What the badge has room for. */
const MOST_SHOWN = 999;

/** A button with the number of new notifications. It opens a panel with all of them. */
export function NotificationBell() {
  const { notifications, cloud, owner } = useStore();
  const say = words().notifications;
  const { open, setOpen, button, panel } = usePanel<HTMLDivElement>();
  const unseen = notifications.unseen.value;
  const shown = unseen > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unseen);

  return (
    <div class="notification-bell">
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-label={unseen ? say.someNew(shown) : say.notifications}
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
        <div ref={panel} class="panel" role="dialog" aria-label={say.notifications} tabIndex={-1}>
          <div class="panel-head">
            <h2>{say.notifications}</h2>
            <MarkAll />
            <button
              type="button"
              class="icon-button"
              aria-label={say.close}
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
  const say = words();
  const all = groups.value;
  if (all.length === 0 && !loaded.value) {
    const problem = store.problem.value;
    return (
      <div class="hint panel-empty">
        {problem ? (
          <ReadingProblem
            said={say.notifications.notLoaded}
            problem={problem}
            retry={() => store.retry()}
          />
        ) : (
          <p role="status">{say.common.loading}</p>
        )}
      </div>
    );
  }
  if (all.length === 0) {
    return <p class="hint panel-empty">{say.notifications.none(noun)}</p>;
  }
  return (
    <div class="notification-list">
      <ul aria-label={say.notifications.newestFirst}>
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
  const say = words();
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
        {busy ? say.common.oneMoment : say.notifications.markAll}
      </button>
      {problem && (
        <p class="problem" role="alert">
          {say.common.notDone} {problem}
        </p>
      )}
    </>
  );
}

/** A button that reads older notifications. */
function Older() {
  const { notifications } = useStore();
  const say = words();
  const { isWanted, reading, want } = useNextPage(notifications.pages.value, () =>
    notifications.loadOlder(),
  );
  return (
    <div class="notifications-older">
      {reading.problem ? (
        <ReadingProblem
          said={say.notifications.olderNotLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      ) : (
        <button type="button" class="button small" onClick={want}>
          {isWanted ? say.common.loading : say.notifications.showOlder}
        </button>
      )}
    </div>
  );
}
