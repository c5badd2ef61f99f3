import type { Image } from "../cloud/records";
import { words } from "../words/language";
import { useReading } from "./reading";
import { AlbumButton, loadLibrary } from "./rooms";
import { useStore } from "./store";

/** The albums in which a photo is, and a button that adds it to another. */
export function PhotoAlbums(props: { image: Image }) {
  const { cloud, gallery } = useStore();
  const { image } = props;
  const say = words().photo;
  const entry = gallery.known.value.get(image.image);
  const isInSome = Object.keys(entry?.albums ?? {}).length > 0;
  const code = useReading(isInSome ? loadLibrary : undefined, [isInSome]);
  const AlbumLinks = code.value?.AlbumLinks;
  if (!cloud.deployment.albumsTable || !entry || entry.binnedAt) return null;
  return (
    <div class="photo-finds">
      <AlbumButton photos={[image.image]} label={say.addToAlbum} />
      {isInSome && AlbumLinks && <AlbumLinks entry={entry} />}
    </div>
  );
}
