import type { Image } from "../cloud/records";
import { kindOf } from "../kinds";
import { ownPath } from "../uploads/keys";
import { words } from "../words/language";
import { Pin, Search } from "./icons";
import { searchAddress } from "./routes";
import { useStore } from "./store";

const NEAR_KILOMETRES = 2;

/** Ways from a photo to others that are like it, where there is a search. */
export function PhotoFinds(props: { image: Image }) {
  const { cloud } = useStore();
  const { image } = props;
  const say = words().photo;
  const { latitude, longitude } = image.metadata ?? {};
  const isPicture = kindOf(image) === "picture" && image.status === "processed";
  const isPlaced = latitude !== undefined && longitude !== undefined;
  if (!cloud.deployment.searchUrl || !(isPicture || isPlaced)) return null;
  const near = [latitude, longitude, NEAR_KILOMETRES].join(",");
  return (
    <nav class="photo-finds" aria-label={say.findOthers}>
      {isPicture && (
        <a class="button" href={found({ like: ownPath(image.image) })}>
          <Search /> {say.moreLikeThis}
        </a>
      )}
      {isPlaced && (
        <a class="button" href={found({ near })}>
          <Pin /> {say.takenNear}
        </a>
      )}
    </nav>
  );
}

function found(query: Record<string, string>): string {
  return searchAddress(new URLSearchParams(query).toString());
}
