import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Album } from "../cloud/records";
import { MOST_ALBUMS } from "../store/albums";
import { words } from "../words/language";
import { AlbumName } from "./album-name";
import { useAlbums, useAlbumsReading } from "./albums";
import { FilePicture } from "./file-picture";
import { Add, Album as AlbumIcon } from "./icons";
import { type ListProps, useList } from "./list";
import { ReadingProblem } from "./reading";
import { EntriesProblem, useEntries } from "./room-reading";
import { albumList, ALBUMS, listAddress } from "./routes";
import { useStore } from "./store";

const COVER_SIDE = 200;

/** All albums, each with its cover, its name and how much is in it. */
export function AlbumsRoom(props: ListProps) {
  const { gallery, library } = useStore();
  const { focus, hidden } = props;
  const say = words();
  const albums = useAlbums();
  const place = useRef<HTMLDivElement>(null);
  const reading = useAlbumsReading();
  const entries = useEntries();
  const [naming, setNaming] = useState(false);
  const list = albums.list.value;
  const covers = list.flatMap((album) => albums.coverOf(album) ?? []);
  useList(place, props, { title: say.library.albums });

  useEffect(() => {
    if (!hidden) gallery.records.want(covers);
  }, [covers.join("\n"), hidden]);
  useEffect(() => () => gallery.records.want([]), []);

  const wanted = focus.value;
  useLayoutEffect(() => {
    if (wanted === undefined || hidden || !albums.loaded.value) return;
    const links = [...(place.current?.querySelectorAll<HTMLElement>("a") ?? [])];
    const link = links.find((one) => one.getAttribute("href") === listAddress(wanted));
    (link ?? place.current?.querySelector<HTMLElement>("h1"))?.focus();
    focus.value = undefined;
  });

  function name(name?: string): void {
    setNaming(false);
    if (name === undefined) return;
    const { id, written } = albums.make(name);
    const address = listAddress(albumList(id));
    location.hash = address;
    void library
      .attempt(written, () => say.library.albumNotMade(name))
      .then((isMade) => {
        if (!isMade && location.hash === address) location.hash = listAddress(ALBUMS);
      });
  }

  return (
    <div class="room" ref={place}>
      <div class="gallery-head">
        <h1 tabIndex={-1}>{say.library.albums}</h1>
        <p class="hint" role="status">
          {albums.loaded.value
            ? list.length > 0 && say.library.countAlbums(list.length)
            : say.common.loading}
        </p>
        <button
          type="button"
          class="button small room-action"
          aria-disabled={list.length >= MOST_ALBUMS}
          title={list.length >= MOST_ALBUMS ? say.library.mostAlbums(MOST_ALBUMS) : undefined}
          onClick={() => setNaming(list.length < MOST_ALBUMS)}
        >
          <Add /> {say.library.newAlbum}
        </button>
      </div>
      <EntriesProblem reading={entries} />
      {reading.problem && (
        <ReadingProblem
          said={say.library.albumsNotLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      )}
      {albums.loaded.value && list.length === 0 && (
        <div class="room-said">
          <p class="room-title">{say.library.noAlbums}</p>
          <p class="hint">{say.library.albumsHint(gallery.noun.value)}</p>
        </div>
      )}
      <ul class="albums">
        {list.map((album) => (
          <AlbumCard key={album.album_id} album={album} />
        ))}
      </ul>
      {naming && <AlbumName title={say.library.newAlbum} yes={say.library.makeIt} onClose={name} />}
    </div>
  );
}

function AlbumCard(props: { album: Album }) {
  const { gallery } = useStore();
  const albums = useAlbums();
  const { album } = props;
  const cover = albums.coverOf(album);
  const image = gallery.images.value.get(cover ?? "");
  const number = albums.photos.value.get(album.album_id)?.length ?? 0;
  return (
    <li>
      <a class="album" href={listAddress(albumList(album.album_id))}>
        <span
          class="tile-picture"
          style={{ backgroundColor: gallery.known.value.get(cover ?? "")?.colour }}
        >
          {image ? <FilePicture image={image} side={COVER_SIDE} /> : <AlbumIcon />}
        </span>
        <bdi class="album-name">{album.name}</bdi>
        <span class="hint">{words().gallery.count(number, gallery.noun.value)}</span>
      </a>
    </li>
  );
}
