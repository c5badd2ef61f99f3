import { useMemo, useRef, useState } from "preact/hooks";

import type { Album } from "../cloud/records";
import { words } from "../words/language";
import { AlbumName } from "./album-name";
import { useAlbums, useAlbumsReading } from "./albums";
import { DragPhotos } from "./drag-photos";
import { Back, Search, Trash } from "./icons";
import { type ListProps, useList } from "./list";
import { PhotoDays } from "./photo-days";
import { Question } from "./question";
import { ReadingProblem } from "./reading";
import { EntriesCount, EntriesProblem, useEntries } from "./room-reading";
import { albumList, ALBUMS, listAddress, searchAddress } from "./routes";
import { useStore } from "./store";

/** The photos of one album, in its order. */
export function AlbumRoom(props: ListProps & { album: string }) {
  const { gallery, library } = useStore();
  const { album: id } = props;
  const say = words();
  const albums = useAlbums();
  const place = useRef<HTMLDivElement>(null);
  const photos = useMemo(() => albums.listOf(id), [albums, id]);
  const reading = useAlbumsReading();
  const entries = useEntries();
  const album = albums.all.value.get(id);
  const noun = gallery.noun.value;
  const number = photos.keys.value.length;
  const title = album?.name ?? say.library.album;
  useList(place, props, { photos, title, about: album !== undefined, above: ALBUMS });

  if (!album) {
    return (
      <div class="room" ref={place}>
        <div class="gallery-head">
          <h1 tabIndex={-1}>{say.library.album}</h1>
        </div>
        {reading.problem && !albums.loaded.value && (
          <ReadingProblem
            said={say.library.albumsNotLoaded}
            problem={reading.problem}
            retry={reading.retry}
          />
        )}
        <div class="room-said">
          <p role="status">
            {albums.loaded.value ? say.library.noSuchAlbum : !reading.problem && say.common.loading}
          </p>
          <a class="button" href={listAddress(ALBUMS)}>
            {say.library.allAlbums}
          </a>
        </div>
      </div>
    );
  }
  return (
    <div class="room" ref={place}>
      <PhotoDays
        days={photos.days.value}
        title={title}
        said={<EntriesCount of={number} reading={entries} />}
        focus={props.focus}
        active
        busy={false}
        list={albumList(id)}
        onMove={(photo, step) =>
          void library.attempt(albums.move(id, [photo], step), () => say.library.notMoved)
        }
        over={(frame) => (
          <DragPhotos
            frame={frame}
            order={photos.keys.value}
            focus={props.focus}
            onMove={(keys, at) =>
              void library.attempt(albums.moveTo(id, keys, at), (ids) =>
                say.library.someNotMoved(ids.length, library.nounOf(ids)),
              )
            }
          />
        )}
      >
        <Actions album={album} />
        <EntriesProblem reading={entries} />
        {number === 0 && entries.isOver && (
          <div class="room-said">
            <p class="room-title">{say.library.emptyAlbum}</p>
            <p class="hint">{say.library.emptyAlbumHint(noun)}</p>
            <a class="button" href={listAddress()}>
              {say.library.all(noun)}
            </a>
          </div>
        )}
      </PhotoDays>
    </div>
  );
}

/** What can be done with an album as a whole. */
function Actions(props: { album: Album }) {
  const { cloud, gallery, library } = useStore();
  const albums = useAlbums();
  const { album_id: id, name } = props.album;
  const [naming, setNaming] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const noun = gallery.noun.value;
  const say = words();

  function rename(to?: string): void {
    setNaming(false);
    if (to === undefined || to === name) return;
    void library.attempt(albums.rename(id, to), () => say.library.notRenamed);
  }

  function deleteAlbum(): void {
    dialog.current?.close();
    void library.attempt(albums.delete(id), () => say.library.albumNotDeleted(name));
    location.hash = listAddress(ALBUMS);
  }

  return (
    <div class="room-actions">
      <a class="button small" href={listAddress(ALBUMS)}>
        <Back /> {say.library.albums}
      </a>
      {cloud.deployment.searchUrl && (
        <a class="button small" href={searchAddress(`album=${id}`)}>
          <Search /> {say.library.searchAlbum}
        </a>
      )}
      <button type="button" class="button small" onClick={() => setNaming(true)}>
        {say.library.rename}
      </button>
      <button type="button" class="button small danger" onClick={() => dialog.current?.showModal()}>
        <Trash /> {say.library.deleteAlbum}
      </button>
      <p class="hint order-hint">{say.library.orderHint(noun)}</p>
      <p class="hint hold-hint">{say.library.holdHint(noun)}</p>
      {naming && (
        <AlbumName
          title={say.library.renameTitle}
          name={name}
          yes={say.library.rename}
          onClose={rename}
        />
      )}
      <Question
        dialog={dialog}
        title={say.library.deleteAlbumTitle}
        no={say.common.keepIt}
        yes={say.library.deleteTheAlbum}
        onYes={deleteAlbum}
      >
        <p>{say.library.albumLoss(<bdi>{name}</bdi>, noun)}</p>
      </Question>
    </div>
  );
}
