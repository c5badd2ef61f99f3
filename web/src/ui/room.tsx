import { AlbumRoom } from "./album-room";
import { AlbumsRoom } from "./albums-room";
import { BinRoom } from "./bin-room";
import { FavouritesRoom } from "./favourites-room";
import type { ListProps } from "./list";
import { albumIn, BIN, FAVOURITES } from "./routes";

/** The room that a list is. */
export function Shown(props: ListProps & { list: string }) {
  const album = albumIn(props.list);
  if (album !== undefined) return <AlbumRoom {...props} album={album} />;
  if (props.list === FAVOURITES) return <FavouritesRoom {...props} />;
  if (props.list === BIN) return <BinRoom {...props} />;
  return <AlbumsRoom {...props} />;
}
