import { useMemo, useRef } from "preact/hooks";

import { favouritesOf } from "../store/lists";
import { words } from "../words/language";
import { type ListProps, useList } from "./list";
import { PhotoDays } from "./photo-days";
import { EntriesCount, EntriesProblem, useEntries } from "./room-reading";
import { FAVOURITES } from "./routes";
import { useStore } from "./store";

export function FavouritesRoom(props: ListProps) {
  const { gallery } = useStore();
  const place = useRef<HTMLDivElement>(null);
  const photos = useMemo(() => favouritesOf(gallery), [gallery]);
  const reading = useEntries();
  const noun = gallery.noun.value;
  const say = words();
  const days = photos.days.value;
  const number = photos.keys.value.length;
  useList(place, props, { photos, title: say.library.favourites });
  return (
    <div class="room" ref={place}>
      <PhotoDays
        days={days}
        title={say.library.favourites}
        said={<EntriesCount of={number} reading={reading} />}
        focus={props.focus}
        active
        busy={false}
        list={FAVOURITES}
      >
        <EntriesProblem reading={reading} />
        {number === 0 && reading.isOver && (
          <div class="room-said">
            <p class="room-title">{say.library.noFavourites}</p>
            <p class="hint">{say.library.favouritesHint(noun)}</p>
          </div>
        )}
      </PhotoDays>
    </div>
  );
}
