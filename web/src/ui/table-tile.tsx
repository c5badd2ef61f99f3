import type { Image } from "../cloud/records";
import { words } from "../words/language";
import { Sheet } from "./icons";

/** What stands for a table in the gallery, which has no picture: how large it is. */
export function TableTile(props: { image?: Image }) {
  const counts = props.image?.table;
  const say = words().tables;
  return (
    <span class="tile-file">
      <Sheet size={44} />
      {counts && (
        <span>
          <b>{say.rows(counts.rows)}</b> {say.columns(counts.columns)}
          {counts.rejected_rows > 0 && (
            <span class="tile-table-rejected">{say.leftOut(counts.rejected_rows)}</span>
          )}
        </span>
      )}
    </span>
  );
}
