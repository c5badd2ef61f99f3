/** The albums of the open page: one store for all of its components. */

import { AlbumStore } from "../store/albums";
import type { AppStore } from "../store/app-store";
import { type Reading, useReading } from "./reading";
import { useStore } from "./store";

const ofPages = new WeakMap<AppStore, AlbumStore>();

export function useAlbums(): AlbumStore {
  const store = useStore();
  let albums = ofPages.get(store);
  if (!albums) {
    const made = new AlbumStore(store.cloud, store.gallery);
    store.onAlbum = (message) => made.onMessage(message);
    store.onStop = () => made.stop();
    ofPages.set(store, made);
    albums = made;
  }
  return albums;
}

/** Reads all albums, and again when the live connection has been lost meanwhile. */
export function useAlbumsReading(): Reading<void> {
  const albums = useAlbums();
  const { live } = useStore();
  return useReading(() => albums.read(), [live.value]);
}

/** Reads all albums, unless that was done since the live connection was opened last. */
export function useAlbumsOnce(): void {
  const albums = useAlbums();
  const connection = useStore().connections.value;
  useReading(() => albums.readOnce(connection), [connection]);
}
