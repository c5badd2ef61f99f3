/** What of the map of places is always there: the way to load it. */

import { words } from "../words/language";
import type { ListProps } from "./list";
import { Loaded } from "./loaded";

const load = () => import("./places-room");

/** The places where a user's photos were taken. */
export function Places(props: ListProps) {
  return (
    <Loaded load={load} notLoaded={words().places.notLoaded}>
      {({ PlacesRoom }) => <PlacesRoom {...props} />}
    </Loaded>
  );
}
