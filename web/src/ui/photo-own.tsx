import { kindOf, nounOf } from "../kinds";
import type { Image } from "../cloud/records";
import { words } from "../words/language";
import { Heart, Restore, Trash } from "./icons";
import { isCommand, isCovered, useKeys } from "./keys";
import { listAddress } from "./routes";
import { useStore } from "./store";

/** A button, and the key `f`, that make a photo a favourite, or no longer. */
export function FavouriteButton(props: { image: Image; name: string }) {
  const { gallery, library } = useStore();
  const { image, name } = props;
  const key = image.image;
  const isFavourite = gallery.known.value.get(key)?.favourite ?? false;

  useKeys((event) => {
    if (event.key !== "f" || event.repeat || isCommand(event) || isCovered()) return;
    if (event.target instanceof Element && event.target.closest("input, select")) return;
    const say = words().photo;
    gallery.announcement.value = isFavourite ? say.isNoFavourite(name) : say.isFavourite(name);
    void library.setFavourite([key], !isFavourite);
  });

  return (
    <button
      type="button"
      class="button round"
      aria-pressed={isFavourite}
      aria-keyshortcuts="f"
      aria-label={words().common.favourite}
      title={words().photo.favouriteKey}
      onClick={() => void library.setFavourite([key], !isFavourite)}
    >
      <Heart filled={isFavourite} />
    </button>
  );
}

/** A button that moves a photo to the bin, and goes back to its list. */
export function BinButton(props: { image: Image; list?: string }) {
  const { library } = useStore();
  const { image, list } = props;
  const say = words();
  const label = say.photo.binThis(nounOf([kindOf(image)]));
  return (
    <button
      type="button"
      class="button danger"
      aria-label={label}
      title={label}
      onClick={() => {
        void library.bin([image.image]);
        location.hash = listAddress(list);
      }}
    >
      <Trash /> <span class="photo-bar-label">{say.common.bin}</span>
    </button>
  );
}

/** A button that takes a photo out of the bin. */
export function RestoreButton(props: { image: Image }) {
  const { library } = useStore();
  const { image } = props;
  const say = words();
  return (
    <button
      type="button"
      class="button"
      aria-label={say.photo.restoreThis(nounOf([kindOf(image)]))}
      title={say.common.restore}
      onClick={() => void library.restore([image.image])}
    >
      <Restore /> <span class="photo-bar-label">{say.common.restore}</span>
    </button>
  );
}
