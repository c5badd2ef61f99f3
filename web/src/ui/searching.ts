/** The search of the open page: one for all of its components. */

import { type Ask, askAt } from "../cloud/search";
import type { AppStore } from "../store/app-store";
import { SearchStore } from "../store/search";
import { Suggester } from "../store/suggestions";
import { useStore } from "./store";

interface Searching {
  results: SearchStore;
  suggester: Suggester;
}

const ofPages = new WeakMap<AppStore, Searching>();

export function useSearching(): Searching {
  const store = useStore();
  let searching = ofPages.get(store);
  if (!searching) {
    const { cloud, gallery } = store;
    const { deployment, session } = cloud;
    const ask: Ask = askAt(deployment.searchUrl ?? "", deployment, session);
    searching = { results: new SearchStore(ask, cloud, gallery), suggester: new Suggester(ask) };
    ofPages.set(store, searching);
  }
  return searching;
}
