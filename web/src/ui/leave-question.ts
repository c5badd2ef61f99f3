import { useLayoutEffect } from "preact/hooks";

/** Has the browser ask whether the page is to be left, while something would be lost by that. */
export function useLeaveQuestion(isUnsafe: boolean): void {
  useLayoutEffect(() => {
    if (!isUnsafe) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isUnsafe]);
}
