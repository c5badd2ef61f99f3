import { bytes } from "../format";
import { Document } from "./icons";

/** What stands in the gallery for a file that is kept as it is: its extension, and how large it is. */
export function FileTile(props: { name: string; bytes?: number }) {
  const extension = /[^.]\.([a-z0-9]{1,8})$/i.exec(props.name)?.[1];
  return (
    <span class="tile-file">
      <Document size={44} />
      <span>
        {extension && <b>{extension.toUpperCase()}</b>}
        {props.bytes !== undefined && bytes(props.bytes)}
      </span>
    </span>
  );
}
