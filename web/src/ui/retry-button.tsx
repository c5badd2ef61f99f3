import { useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { RETRIED } from "../store/notifications";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { useStore } from "./store";

/** A button that asks for another attempt at a photo, if its processing ended too early. */
export function RetryButton(props: { image: Image }) {
  const { notifications } = useStore();
  const { image } = props;
  const { busy, problem, attempt } = useAttempt();
  const [asked, setAsked] = useState(false);
  if (!RETRIED.includes(image.status)) return null;
  if (asked && !problem) return <span class="retry">{words().photo.underWay}</span>;
  return (
    <span class="retry">
      {problem}
      <button
        type="button"
        class="button small"
        aria-disabled={busy}
        onClick={() =>
          void attempt(async () => {
            await notifications.retry(image);
            setAsked(true);
          })
        }
      >
        {words().common.tryAgain}
      </button>
    </span>
  );
}
