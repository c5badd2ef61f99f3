import { words } from "../words/language";
import { useAlbums } from "./albums";
import { Cover, Newer, Older, TakeOut } from "./icons";
import { useStore } from "./store";

/** What can be done with selected photos of an album: they are moved, taken out, or become its cover. */
export function AlbumActions(props: {
  album: string;
  photos: readonly string[];
  moveAll: (work: (keys: readonly string[]) => void) => void;
}) {
  const { library } = useStore();
  const albums = useAlbums();
  const { album, photos } = props;
  const say = words().library;
  const [first] = photos;
  const name = albums.all.value.get(album)?.name ?? "";

  const move = (step: 1 | -1) =>
    void library.attempt(albums.move(album, photos, step), (ids) =>
      say.someNotMoved(ids.length, library.nounOf(ids)),
    );

  function takeOut(photos: readonly string[]): void {
    const ranks = albums.ranksIn(album, photos);
    library.tell({
      text: say.takenOut(photos.length, library.nounOf(photos), name),
      undo: () => void library.attempt(albums.rank(album, ranks), () => say.notUndone),
    });
    void library.attempt(albums.takeOut(album, photos), (ids) =>
      say.notTakenOut(ids.length, library.nounOf(ids), name),
    );
  }

  function useAsCover(cover: string): void {
    library.tell({ text: say.newCover });
    void library.attempt(albums.setCover(album, cover), () => say.coverNotChanged);
  }

  return (
    <>
      <button
        type="button"
        class="button round"
        aria-label={say.moveEarlier}
        title={say.moveEarlier}
        onClick={() => move(-1)}
      >
        <Newer />
      </button>
      <button
        type="button"
        class="button round"
        aria-label={say.moveLater}
        title={say.moveLater}
        onClick={() => move(1)}
      >
        <Older />
      </button>
      {first !== undefined && photos.length === 1 && (
        <button
          type="button"
          class="button round"
          aria-label={say.useAsCover}
          title={say.useAsCover}
          onClick={() => useAsCover(first)}
        >
          <Cover />
        </button>
      )}
      <button
        type="button"
        class="button round"
        aria-label={say.takeOut}
        title={say.takeOut}
        onClick={() => props.moveAll(takeOut)}
      >
        <TakeOut />
      </button>
    </>
  );
}
