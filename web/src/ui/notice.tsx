import { useEffect, useRef } from "preact/hooks";

import { words } from "../words/language";
import { Cross } from "./icons";
import { useLeaveQuestion } from "./leave-question";
import { useStore } from "./store";

const SHOWN_MS = 10_000;
/** After that it is looked so often whether somebody is still on it. */
const LOOK_MS = 1_000;

/**
 * What has just been done or could not be done, at the foot of the page for a while: as long as the
 * mouse or the focus is on it, it stays.
 */
export function NoticeBar() {
  const { library } = useStore();
  const notice = library.notice.value;
  const bar = useRef<HTMLDivElement>(null);
  useLeaveQuestion(library.writing.value > 0);

  useEffect(() => {
    if (!notice) return;
    const end = () => {
      if (bar.current?.matches(":hover, :focus-within")) timer = setTimeout(end, LOOK_MS);
      else library.tell(undefined);
    };
    let timer = setTimeout(end, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  function close(byKey: boolean): void {
    library.tell(undefined);
    if (byKey) shownHeading()?.focus({ preventScroll: true }); // what had the focus is gone
  }

  return (
    <div ref={bar} class="notice-bar" role="status">
      {notice && (
        <div class={notice.isProblem ? "told wrong" : "told"}>
          <p>{notice.text}</p>
          {notice.undo && (
            <button
              type="button"
              class="button small"
              onClick={(event) => {
                notice.undo?.();
                close(event.detail === 0);
              }}
            >
              {words().library.undo}
            </button>
          )}
          <button
            type="button"
            class="icon-button"
            aria-label={words().library.closeMessage}
            title={words().common.close}
            onClick={(event) => close(event.detail === 0)}
          >
            <Cross size={18} />
          </button>
        </div>
      )}
    </div>
  );
}

/** The heading of what the page shows: that of a list is behind an open photo. */
function shownHeading(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>("main h1")].find((one) => one.offsetParent);
}
