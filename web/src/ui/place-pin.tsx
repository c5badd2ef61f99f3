import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";

import type { Entry } from "../cloud/photo-index";
import type { Image } from "../cloud/records";
import { number } from "../format";
import type { Cluster } from "../store/clusters";
import { words } from "../words/language";
import { FilePicture } from "./file-picture";
import { Pin } from "./icons";
import { placeName } from "./photo-metadata";
import { useStore } from "./store";

const PICTURE_SIDE = 52;

/** The key of the photo that a cluster is shown by: one that is there. */
export function pictureOf(
  cluster: Cluster,
  entries: ReadonlyMap<string, Entry>,
): string | undefined {
  return cluster.images.find((key) => entries.has(key));
}

/** A cluster on the map: a photo of it, how many they are, and what the place is called. */
export const PlacePin = memo(function PlacePin(props: { cluster: Cluster; address: string }) {
  const { gallery } = useStore();
  const { cluster, address } = props;
  const key = useComputed(() => pictureOf(cluster, gallery.entries.value)).value ?? "";
  const image = useComputed(() => gallery.images.value.get(key)).value;
  const colour = useComputed(() => gallery.known.value.get(key)?.colour).value;
  const town = image && townOf(image);
  const name = (image && placeName(image)) ?? coordinates(cluster);
  return (
    <a class="pin" href={address} draggable={false}>
      <span class="visually-hidden">
        {words().places.cluster(cluster.files, gallery.noun.value, name)}
      </span>
      <span class="pin-picture" style={{ backgroundColor: colour }}>
        {image ? <FilePicture image={image} side={PICTURE_SIDE} /> : <Pin />}
      </span>
      {cluster.files > 1 && (
        <span class="pin-count" aria-hidden="true">
          {number(cluster.files)}
        </span>
      )}
      {town && (
        <bdi class="pin-name" aria-hidden="true">
          {town}
        </bdi>
      )}
    </a>
  );
});

/** The shortest name of the place where a photo was taken. */
function townOf(image: Image): string | undefined {
  const place = image.metadata?.["place"];
  return typeof place === "object" ? (place.town ?? place.region ?? place.country) : undefined;
}

function coordinates({ near: { latitude, longitude } }: Cluster): string {
  return `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;
}
