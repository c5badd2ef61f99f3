/** The rooms beside the gallery, and what is done for albums: code of its own, loaded when it is needed. */

import { words } from "../words/language";
import { Album } from "./icons";
import type { ListProps } from "./list";
import { DialogButton, Loaded } from "./loaded";

export const loadLibrary = () => import("./library");

/** Favourites, albums, an album, or the bin. */
export function Room(props: ListProps & { list: string }) {
  return (
    <Loaded load={loadLibrary} notLoaded={words().common.pageNotLoaded}>
      {({ Shown }) => <Shown {...props} />}
    </Loaded>
  );
}

/** A button with a dialog in which photos are added to an album. */
export function AlbumButton(props: {
  photos: readonly string[];
  label: string;
  text?: string;
  textClass?: string;
  onAdded?: () => void;
}) {
  const { photos, onAdded, ...button } = props;
  return (
    <DialogButton
      load={loadLibrary}
      notLoaded={words().library.albumCodeNotLoaded}
      icon={<Album />}
      {...button}
    >
      {({ AddToAlbum }, close) => (
        <AddToAlbum
          photos={photos}
          onClose={(added) => {
            close();
            if (added) onAdded?.();
          }}
        />
      )}
    </DialogButton>
  );
}
