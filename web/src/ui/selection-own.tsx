import type { Noun } from "../kinds";
import { words } from "../words/language";
import { Heart } from "./icons";
import { useReading } from "./reading";
import { AlbumButton, loadLibrary } from "./rooms";
import { albumIn, FAVOURITES } from "./routes";
import { useStore } from "./store";

/** What else can be done with all selected photos: favourites, albums, and the order of an album. */
export function SelectionOwn(props: {
  noun: Noun;
  list: string | undefined;
  /** They have been added to an album. */
  onAdded: () => void;
  /** Do something after which they are in this list no longer. */
  moveAll: (work: (keys: readonly string[]) => void) => void;
}) {
  const { gallery, library, selection } = useStore();
  const { noun, list } = props;
  const say = words();
  const keys = [...selection.keys.value];
  const known = gallery.known.value;
  const areFavourites = keys.every((key) => known.get(key)?.favourite);
  const album = albumIn(list);
  const leaveList = list === FAVOURITES && areFavourites;
  const code = useReading(album === undefined ? undefined : loadLibrary, [album]);
  const AlbumActions = code.value?.AlbumActions;
  return (
    <>
      <button
        type="button"
        class="button"
        aria-pressed={areFavourites}
        aria-label={say.selection.favourite(noun)}
        title={say.common.favourite}
        onClick={() => {
          const set = (all: readonly string[]) => void library.setFavourite(all, !areFavourites);
          if (leaveList) props.moveAll(set);
          else set(keys);
        }}
      >
        <Heart filled={areFavourites} /> <span class="selection-label">{say.common.favourite}</span>
      </button>
      <AlbumButton
        photos={keys}
        label={say.selection.addToAlbum(noun)}
        text={say.selection.album}
        textClass="selection-label"
        onAdded={props.onAdded}
      />
      {album !== undefined && AlbumActions && (
        <AlbumActions album={album} photos={keys} moveAll={props.moveAll} />
      )}
    </>
  );
}
