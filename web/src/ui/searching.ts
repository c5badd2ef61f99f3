/** The search of the open page: one for all of its components. */

import { type Ask, askAt } from "../cloud/search";
import type { AppStore } from "../store/app-store";
import { OwnFilters } from "../store/own-filters";
import { PlacesStore } from "../store/places";
import { SearchStore } from "../store/search";
import { Suggester } from "../store/suggestions";
import { useAlbums } from "./albums";
import { useStore } from "./store";

interface Searching {
  results: SearchStore;
  suggester: Suggester;
  places: PlacesStore;
}

const ofPages = new WeakMap<AppStore, Searching>();

export function useSearching(): Searching {
  const store = useStore();
  const albums = useAlbums();
  let searching = ofPages.get(store);
  if (!searching) {
    const { cloud, gallery } = store;
    const { deployment, session } = cloud;
    const ask: Ask = askAt(deployment.searchUrl ?? "", deployment, session);
    const own = new OwnFilters({
      entries: gallery.entries,
      binned: gallery.binned,
      albums: albums.all,
      readFiles: () => gallery.completeAnew(),
      readAlbums: async () => {
        if (deployment.albumsTable) await albums.readOnce(store.connections.peek());
      },
    });
    searching = {
      results: new SearchStore(ask, cloud, gallery, own),
      suggester: new Suggester(ask, own),
      places: new PlacesStore(ask, own),
    };
    ofPages.set(store, searching);
  }
  return searching;
}
