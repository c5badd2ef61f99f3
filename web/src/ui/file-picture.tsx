import type { Image } from "../cloud/records";
import { kindOf } from "../kinds";
import { Sheet } from "./icons";
import { Picture } from "./picture";

/** A small picture of a file of any kind: an icon where it has none of its own. */
export function FilePicture(props: { image: Image; side: number }) {
  const { image, side } = props;
  if (kindOf(image) !== "table") return <Picture image={image} side={side} alt="" />;
  return (
    <span class="file-icon">
      <Sheet size={side / 2} />
    </span>
  );
}
