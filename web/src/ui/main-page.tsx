import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";

import type { Cloud } from "../cloud/cloud";
import { AppStore } from "../store/app-store";
import { words } from "../words/language";
import { Account, type Leave } from "./account";
import { AddButtons, Adding } from "./adding";
import { Gallery } from "./gallery";
import { Mark, Warning } from "./icons";
import { LibraryMenu } from "./library-menu";
import { NoticeBar } from "./notice";
import { NotificationBell } from "./notifications";
import { loadPhotoAhead, PhotoPage } from "./photo-page";
import { usePlace } from "./place";
import { Places } from "./places";
import { OwnLinks } from "./make-link";
import { Room } from "./rooms";
import { LINKS, PLACES, queryIn, routeOf } from "./routes";
import { SearchField, SearchResults } from "./search-field";
import { SelectionBar } from "./selection-bar";
import { SignInAgain } from "./sign-in-again";
import { StoreProvider, useStore } from "./store";
import { UploadList } from "./upload-list";
import { UsageMeter } from "./usage-meter";

/** The page of a user who is signed in. */
export function MainPage(props: { cloud: Cloud; onSignOut: () => void; onDeleted: Leave }) {
  const { cloud } = props;
  const { deployment, session } = cloud;
  const store = useMemo(() => new AppStore(cloud), [cloud]);
  const read = () => {
    const { photo, list } = routeOf(session.identityId);
    const { albumsTable, searchUrl, shareUrl } = deployment;
    const isSearched = queryIn(list) !== undefined || list === PLACES;
    const from = list === LINKS ? shareUrl : isSearched ? searchUrl : albumsTable;
    return { photo, list: from ? list : undefined };
  };
  const [route, setRoute] = useState(read);
  const { photo, list } = route;
  const search = queryIn(list);
  const place = usePlace(route);
  const shown = { focus: place.focus, hidden: photo !== undefined };
  const isSelecting = photo === undefined && store.selection.isOn.value;

  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);

  useEffect(loadPhotoAhead, []);

  useLayoutEffect(() => {
    const follow = () => {
      place.leave();
      setRoute(read());
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [session]);

  // What is selected is in view: in no other list anything is done with it.
  useEffect(() => () => store.selection.clear(), [store, list]);

  return (
    <StoreProvider value={store}>
      <Header
        hidden={isSelecting}
        list={list}
        isList={photo === undefined}
        onSignOut={props.onSignOut}
        onDeleted={props.onDeleted}
      />
      {isSelecting && <SelectionBar focus={place.focus} list={list} />}
      <Banners />
      <main>
        {/* What is behind a photo or a list is hidden, not removed: coming back is quick. */}
        <div hidden={photo !== undefined || list !== undefined}>
          <Gallery focus={place.focus} active={list === undefined} />
        </div>
        {list !== undefined && (
          <div hidden={shown.hidden}>
            {list === LINKS ? (
              <OwnLinks {...shown} />
            ) : list === PLACES ? (
              <Places {...shown} />
            ) : search === undefined ? (
              <Room key={list} list={list} {...shown} />
            ) : (
              <SearchResults search={search} {...shown} />
            )}
          </div>
        )}
        {photo !== undefined && <PhotoPage photo={photo} list={list} />}
        <Adding />
      </main>
      <UploadList />
      <NoticeBar />
      <p class="visually-hidden" role="status" aria-live="polite">
        {store.gallery.announcement}
      </p>
    </StoreProvider>
  );
}

function Header(props: {
  hidden: boolean;
  list: string | undefined;
  /** Whether photos are shown, and not one alone. */
  isList: boolean;
  onSignOut: () => void;
  onDeleted: Leave;
}) {
  const { cloud, gallery, live } = useStore();
  const { list } = props;
  const search = queryIn(list);
  const hasFiles = !gallery.isEmpty.value;
  const hasLibrary = cloud.deployment.albumsTable && (hasFiles || list !== undefined);
  // Both come with the first file: one alone would move the other.
  const canSearch = cloud.deployment.searchUrl && (hasFiles || search !== undefined);
  return (
    <header class="header" data-live={live.value} hidden={props.hidden}>
      <a class="brand" href="#" aria-label={words().gallery.home(gallery.noun.value)}>
        <Mark /> <span class="brand-name">Darkroom</span>
      </a>
      {hasLibrary && <LibraryMenu list={list} />}
      {hasFiles && <AddButtons />}
      {canSearch && <SearchField search={search} isList={props.isList} />}
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
  const say = words();
  const problem = store.problem.value ?? gallery.records.problem.value;
  const [online, setOnline] = useState(navigator.onLine);
  const full = usage.full.value;

  useLayoutEffect(() => {
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
          <Warning /> {say.gallery.offline}
        </p>
      )}
      {sessionEnded.value && <SignInAgain />}
      {online && problem && !sessionEnded.value && (
        <p class="banner" role="alert">
          <Warning /> {say.gallery.notLoaded(gallery.noun.value)} {problem}
          <button type="button" class="button small" onClick={() => store.retry()}>
            {say.common.tryAgain}
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
