import type { Entry } from "../cloud/photo-index";
import { words } from "../words/language";
import { useAlbums, useAlbumsOnce } from "./albums";
import { albumList, listAddress } from "./routes";

/** Links to the albums in which a photo is. */
export function AlbumLinks(props: { entry: Entry }) {
  const albums = useAlbums();
  useAlbumsOnce();
  const found = albums.list.value.filter(({ album_id }) => props.entry.albums?.[album_id]);
  if (found.length === 0) return null;
  return (
    <ul class="album-links" aria-label={words().library.inAlbums}>
      {found.map(({ album_id, name }) => (
        <li key={album_id}>
          <a href={listAddress(albumList(album_id))}>
            <bdi>{name}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}
