import { useEffect, useMemo, useState } from "preact/hooks";

import { Cloud } from "../cloud";
import type { Deployment } from "../deployment";
import type { Session } from "../session";
import { Studio } from "../studio";
import { Bell } from "./bell";
import { Gallery } from "./gallery";
import { Door, Mark, Warning } from "./icons";
import { Meter } from "./meter";
import { Photo } from "./photo";
import { photoOfAddress } from "./routes";
import { Tray } from "./tray";
import { Intake } from "./intake";

/** Everything of one signed-in user. */
export function Room(props: { deployment: Deployment; session: Session; onSignOut: () => void }) {
  const { deployment, session, onSignOut } = props;
  const studio = useMemo(() => new Studio(new Cloud(deployment, session)), [deployment, session]);
  const [opened, setOpened] = useState(() => photoOfAddress(session.identityId));
  const [online, setOnline] = useState(navigator.onLine);

  useEffect(() => {
    studio.start();
    return () => studio.stop();
  }, [studio]);

  useEffect(() => {
    const follow = () => setOpened(photoOfAddress(session.identityId));
    const connection = () => setOnline(navigator.onLine);
    addEventListener("hashchange", follow);
    addEventListener("online", connection);
    addEventListener("offline", connection);
    return () => {
      removeEventListener("hashchange", follow);
      removeEventListener("online", connection);
      removeEventListener("offline", connection);
    };
  }, [session]);

  return (
    <>
      <header class="bar" data-live={studio.live.value}>
        <a class="brand" href="#" aria-label="Darkroom, all photos">
          <Mark /> <span class="brand-name">Darkroom</span>
        </a>
        <Meter studio={studio} />
        <Bell studio={studio} />
        <div class="who">
          <bdi class="who-name" title={session.name}>
            {session.name}
          </bdi>
          <button
            type="button"
            class="icon-button"
            onClick={onSignOut}
            aria-label="Sign out"
            title="Sign out"
          >
            <Door />
          </button>
        </div>
      </header>
      <Notices studio={studio} online={online} />
      <main>
        {/* The gallery stays as it is behind a photo, and is where it was when one comes back. */}
        <div hidden={opened !== undefined}>
          <h1 class="visually-hidden">Your photos</h1>
          <Intake studio={studio} />
          <Gallery studio={studio} />
        </div>
        {opened !== undefined && <Photo key={opened} studio={studio} photo={opened} />}
      </main>
      <Tray studio={studio} />
      <p class="visually-hidden" role="status" aria-live="polite">
        {studio.said}
      </p>
    </>
  );
}

function Notices(props: { studio: Studio; online: boolean }) {
  const { studio, online } = props;
  const full = studio.full.value;
  const problem = studio.problem.value;
  return (
    <div class="notices">
      {!online && (
        <p class="notice" role="status">
          <Warning /> You are offline. Uploads go on when the connection is back.
        </p>
      )}
      {online && problem && (
        <p class="notice" role="alert">
          <Warning /> {problem}
        </p>
      )}
      {full && (
        <p class="notice" role="alert">
          <Warning /> {full}
        </p>
      )}
    </div>
  );
}
