/** What of links is always there: a button, and the way to what its user has. The rest is loaded. */

import { words } from "../words/language";
import { Chain } from "./icons";
import type { ListProps } from "./list";
import { DialogButton, Loaded } from "./loaded";
import { useStore } from "./store";

const load = () => import("./links");

/**
 * A button that makes a link to files, with its words in an element of the class `label`. There is
 * none where the stack makes no links, and none for guests, who may not.
 */
export function MakeLink(props: { keys: readonly string[]; label: string }) {
  const { cloud, owner } = useStore();
  const { keys, label } = props;
  const say = words().links;
  if (!cloud.deployment.shareUrl || owner.value.guest || keys.length === 0) return null;
  return (
    <DialogButton
      load={load}
      notLoaded={say.formNotLoaded}
      label={say.make}
      icon={<Chain />}
      textClass={label}
    >
      {({ LinkDialog }, close) => <LinkDialog keys={keys} onClose={close} />}
    </DialogButton>
  );
}

/** The links that a user has. */
export function OwnLinks(props: ListProps) {
  return (
    <Loaded load={load} notLoaded={words().links.notLoaded}>
      {({ LinkList }) => <LinkList {...props} />}
    </Loaded>
  );
}
