import { useEffect, useMemo, useState } from "preact/hooks";

import { Cloud } from "../cloud/cloud";
import type { Deployment } from "../cloud/deployment";
import type { Session } from "../cloud/session";
import { AppStore } from "../store/app-store";
import { Account, type Leave } from "./account";
import { AddButtons, Adding } from "./adding";
import { Gallery } from "./gallery";
import { Mark, Warning } from "./icons";
import { NotificationBell } from "./notifications";
import { PhotoView } from "./photo-view";
import { usePlace } from "./place";
import { photoOfAddress } from "./routes";
import { SelectionBar } from "./selection-bar";
import { SignInAgain } from "./sign-in-again";
import { StoreProvider, useStore } from "./store";
import { UploadList } from "./upload-list";
import { UsageMeter } from "./usage-meter";

/** The page of a user who is signed in. */
export function MainPage(props: {
  deployment: Deployment;
  session: Session;
  onSignOut: () => void;
  onDeleted: Leave;
}) {
  const { deployment, session } = props;
  const store = useMemo(() => new AppStore(new Cloud(deployment, session)), [deployment, session]);
  const [opened, setOpened] = useState(() => photoOfAddress(session.identityId));
  const place = usePlace(opened);
  const isSelecting = opened === undefined && store.selection.isOn.value;

  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);

  useEffect(() => {
    const follow = () => {
      place.leave();
      setOpened(photoOfAddress(session.identityId));
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [session]);

  return (
    <StoreProvider value={store}>
      <Header hidden={isSelecting} onSignOut={props.onSignOut} onDeleted={props.onDeleted} />
      {isSelecting && <SelectionBar />}
      <Banners />
      <main>
        {/* The gallery is hidden behind a photo, not removed: coming back is quick. */}
        <div hidden={opened !== undefined}>
          <Gallery focus={place.focus} />
        </div>
        {opened !== undefined && <PhotoView photo={opened} />}
        <Adding />
      </main>
      <UploadList />
      <p class="visually-hidden" role="status" aria-live="polite">
        {store.gallery.announcement}
      </p>
    </StoreProvider>
  );
}

function Header(props: { hidden: boolean; onSignOut: () => void; onDeleted: Leave }) {
  const { gallery, live } = useStore();
  return (
    <header class="header" data-live={live.value} hidden={props.hidden}>
      <a class="brand" href="#" aria-label={`Darkroom, all ${gallery.noun.value}s`}>
        <Mark /> <span class="brand-name">Darkroom</span>
      </a>
      {gallery.keys.value.length > 0 && <AddButtons />}
      <UsageMeter />
      <NotificationBell />
      <Account onSignOut={props.onSignOut} onDeleted={props.onDeleted} />
    </header>
  );
}

/** What keeps the whole page from working: no connection, no answer, no room. */
function Banners() {
  const store = useStore();
  const { gallery, sessionEnded, usage } = store;
  const problem = store.problem.value ?? gallery.records.problem.value;
  const [online, setOnline] = useState(navigator.onLine);
  const full = usage.full.value;

  useEffect(() => {
    const follow = () => setOnline(navigator.onLine);
    addEventListener("online", follow);
    addEventListener("offline", follow);
    return () => {
      removeEventListener("online", follow);
      removeEventListener("offline", follow);
    };
  }, []);

  return (
    <div class="banners">
      {!online && (
        <p class="banner" role="status">
          <Warning /> You are offline. Uploads continue when the connection is back.
        </p>
      )}
      {sessionEnded.value && <SignInAgain />}
      {online && problem && !sessionEnded.value && (
        <p class="banner" role="alert">
          <Warning /> Your {gallery.noun.value}s could not be loaded. {problem}
          <button type="button" class="button small" onClick={() => store.retry()}>
            Try again
          </button>
        </p>
      )}
      {full && (
        <p class="banner" role="alert">
          <Warning /> {full}
        </p>
      )}
    </div>
  );
}
