import type { Image } from "../cloud/records";
import { kindOf } from "../kinds";
import { Document, Sheet } from "./icons";
import { Picture } from "./picture";

/** A small picture of a file of any kind: an icon where it has none of its own. */
export function FilePicture(props: { image: Image; side: number }) {
  const { image, side } = props;
  const kind = kindOf(image);
  if (kind !== "table" && kind !== "other") return <Picture image={image} side={side} alt="" />;
  return (
    <span class="file-icon">
      {kind === "table" ? <Sheet size={side / 2} /> : <Document size={side / 2} />}
    </span>
  );
}
