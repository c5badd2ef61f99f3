import { words } from "../words/language";
import { Document } from "./icons";

/** What is said in the place of a picture where a file is kept as it is. */
export function FileView() {
  return (
    <p class="file-instead">
      <Document size={40} /> {words().photo.keptAsItIs}
    </p>
  );
}
