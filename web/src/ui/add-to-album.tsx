import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { MOST_ALBUMS } from "../store/albums";
import { words } from "../words/language";
import { NameForm } from "./album-name";
import { useAlbums, useAlbumsReading } from "./albums";
import { Album as AlbumIcon, Check } from "./icons";
import { ReadingProblem } from "./reading";
import { useEntries } from "./room-reading";
import { useStore } from "./store";

/** A dialog that lists all albums, for photos to be added to one of them or to a new one. */
export function AddToAlbum(props: {
  photos: readonly string[];
  onClose: (added: boolean) => void;
}) {
  const { gallery, library } = useStore();
  const albums = useAlbums();
  const { photos } = props;
  const say = words();
  const dialog = useRef<HTMLDialogElement>(null);
  const isAdded = useRef(false);
  const id = useId();
  const reading = useAlbumsReading();
  useEntries(); // the place behind the last one is known then
  const list = albums.list.value;
  useLayoutEffect(() => dialog.current?.showModal(), []);

  function add(album: string, name: string, made?: Promise<void>): void {
    const counted = (keys: readonly string[]) => [keys.length, library.nounOf(keys)] as const;
    const missing = counted(albums.missingIn(album, photos));
    const onShown = (added: readonly string[]) =>
      library.tell({
        text: say.library.added(...counted(added), name),
        undo: () => void library.attempt(albums.takeOut(album, added), () => say.library.notUndone),
      });
    library.tell({ text: say.library.adding(...missing, name) });
    void library.attempt(albums.addAll(album, photos, { made, onShown }), () =>
      say.library.notAdded(...missing, name),
    );
    isAdded.current = true;
    dialog.current?.close();
  }

  return (
    <dialog
      ref={dialog}
      class="add-to-album"
      aria-labelledby={id}
      onClose={() => props.onClose(isAdded.current)}
    >
      <h2 id={id}>{say.library.addTitle(photos.length, library.nounOf(photos))}</h2>
      {reading.problem && (
        <ReadingProblem
          said={say.library.albumsNotLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      )}
      {!albums.loaded.value && !reading.problem && <p role="status">{say.common.loading}</p>}
      {list.length > 0 && (
        <ul class="album-choices">
          {list.map(({ album_id, name }) => {
            const isIn = albums.missingIn(album_id, photos).length === 0;
            const number = albums.photos.value.get(album_id)?.length ?? 0;
            return (
              <li key={album_id}>
                <button
                  type="button"
                  class="album-choice"
                  disabled={isIn}
                  onClick={() => add(album_id, name)}
                >
                  {isIn ? <Check /> : <AlbumIcon />} <bdi>{name}</bdi>
                  <span class="room-count">
                    {isIn ? say.library.inItAlready : say.gallery.count(number, gallery.noun.value)}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {albums.loaded.value && list.length < MOST_ALBUMS && (
        <NameForm
          label={say.library.newAlbum}
          yes={say.library.makeIt}
          onName={(name) => {
            const { id: album, written } = albums.make(name);
            add(album, name, written);
          }}
          onCancel={() => dialog.current?.close()}
        />
      )}
    </dialog>
  );
}
