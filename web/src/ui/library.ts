/** Favourites, albums and the bin. The page loads it when somebody goes there. */

import "../style/library.css";

export { AddToAlbum } from "./add-to-album";
export { AlbumActions } from "./album-actions";
export { AlbumLinks } from "./album-links";
export { Shown } from "./room";
