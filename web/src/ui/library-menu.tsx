import { number } from "../format";
import { words } from "../words/language";
import { Album, Chevron, Heart, Photos, Pin, Trash } from "./icons";
import { usePanel } from "./panel";
import { ALBUMS, albumIn, BIN, FAVOURITES, listAddress, PLACES } from "./routes";
import { useStore } from "./store";

/** A button with the ways to all that somebody has: the gallery, favourites, albums, places, the bin. */
export function LibraryMenu(props: { list: string | undefined }) {
  const { cloud, gallery, library } = useStore();
  const { open, setOpen, button, panel } = usePanel<HTMLElement>();
  const say = words().library;
  const shown = albumIn(props.list) === undefined ? props.list : ALBUMS;
  const rooms = [
    { list: undefined, name: say.all(gallery.noun.value), icon: <Photos /> },
    { list: FAVOURITES, name: say.favourites, icon: <Heart /> },
    { list: ALBUMS, name: say.albums, icon: <Album /> },
    ...(cloud.deployment.searchUrl
      ? [{ list: PLACES, name: words().places.places, icon: <Pin /> }]
      : []),
    ...(library.hasBin.value ? [{ list: BIN, name: say.bin, icon: <Trash /> }] : []),
  ];
  return (
    <div class="library">
      <button
        ref={button}
        type="button"
        class="button library-button"
        aria-expanded={open}
        aria-label={say.library}
        title={say.library}
        onClick={() => setOpen(!open)}
      >
        <Album /> <span class="library-label">{say.library}</span>
        <Chevron />
      </button>
      {open && (
        <nav ref={panel} class="panel library-panel" aria-label={say.library} tabIndex={-1}>
          <ul>
            {rooms.map(({ list, name, icon }) => (
              <li key={name}>
                <a
                  class="room-link"
                  href={listAddress(list)}
                  aria-current={list === shown ? "page" : undefined}
                  onClick={() => setOpen(false)}
                >
                  {icon} {name}
                  {list === BIN && gallery.binned.value.size > 0 && (
                    <span class="room-count">{number(gallery.binned.value.size)}</span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </div>
  );
}
