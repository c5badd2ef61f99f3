/** What of a photo's page is always there: the way to load it. */

import { words } from "../words/language";
import { Loaded, loadAhead } from "./loaded";

/** The first pictures need the line until then. */
const AHEAD_MS = 2_000;

const load = () => import("./photo-view");

/** One photo, opened in a list or in the gallery. */
export function PhotoPage(props: { photo: string; list?: string }) {
  return (
    <Loaded load={load} notLoaded={words().common.pageNotLoaded}>
      {({ PhotoView }) => <PhotoView {...props} />}
    </Loaded>
  );
}

/** Load it soon, for a photo may be opened any time, without a connection, too. */
export function loadPhotoAhead(): () => void {
  const timer = setTimeout(() => loadAhead(load), AHEAD_MS);
  return () => clearTimeout(timer);
}
