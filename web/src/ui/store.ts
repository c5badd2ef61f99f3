/** The store of the open page, for its components. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { AppStore } from "../store/app-store";

const StoreContext = createContext<AppStore | undefined>(undefined);

export const StoreProvider = StoreContext.Provider;

/** The store of the page that this component is part of. */
export function useStore(): AppStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("This component needs a StoreProvider above it.");
  return store;
}
