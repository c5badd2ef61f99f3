/** Icons are decoration: what they mean is always said in words beside them. */

import type { ComponentChildren } from "preact";

/** An icon. What is `directed` points back or on: the other way where lines begin at the right. */
export function Icon(props: { children: ComponentChildren; size?: number; directed?: boolean }) {
  const size = props.size ?? 20;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      class={props.directed ? "directed" : undefined}
    >
      {props.children}
    </svg>
  );
}

export const Mark = () => (
  <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" class="mark">
    <circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="3.4" />
    <circle cx="12" cy="12" r="3.4" fill="currentColor" />
  </svg>
);
export const Bell = () => (
  <Icon>
    <path d="M6 9a6 6 0 0 1 12 0c0 6 2 7 2 7H4s2-1 2-7M10 20a2 2 0 0 0 4 0" />
  </Icon>
);
export const Camera = () => (
  <Icon>
    <path d="M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Z" />
    <circle cx="12" cy="13" r="3.5" />
  </Icon>
);
export const Folder = () => (
  <Icon>
    <path d="M3 7a1 1 0 0 1 1-1h5l2 2h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1Z" />
  </Icon>
);
export const Add = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const Check = (props: { size?: number }) => (
  <Icon size={props.size}>
    <path d="m5 13 4 4L19 7" />
  </Icon>
);
export const Cross = (props: { size?: number }) => (
  <Icon size={props.size}>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);
export const Dash = (props: { size?: number }) => (
  <Icon size={props.size}>
    <path d="M7 12h10" />
  </Icon>
);
export const Pause = () => (
  <Icon>
    <path d="M9 5v14M15 5v14" />
  </Icon>
);
export const Play = (props: { size?: number }) => (
  <Icon size={props.size}>
    <path d="M7 5v14l11-7Z" />
  </Icon>
);
export const Retry = () => (
  <Icon>
    <path d="M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4" />
  </Icon>
);
export const Back = () => (
  <Icon directed>
    <path d="M19 12H5m6-7-7 7 7 7" />
  </Icon>
);
export const Newer = () => (
  <Icon directed>
    <path d="m15 5-7 7 7 7" />
  </Icon>
);
export const Older = () => (
  <Icon directed>
    <path d="m9 5 7 7-7 7" />
  </Icon>
);
export const Trash = () => (
  <Icon>
    <path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5" />
  </Icon>
);
export const Download = () => (
  <Icon>
    <path d="M12 4v11m-5-4 5 5 5-5M5 20h14" />
  </Icon>
);
export const Pin = () => (
  <Icon>
    <path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21Z" />
    <circle cx="12" cy="9.500" r="2.500" />
  </Icon>
);
export const World = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M3 12h18M12 3c-6 5.500-6 12.500 0 18M12 3c6 5.500 6 12.500 0 18" />
  </Icon>
);
export const Warning = (props: { size?: number }) => (
  <Icon size={props.size}>
    <path d="M12 4 2.500 20h19L12 4ZM12 10v4M12 17.200v.1" />
  </Icon>
);
export const Sheet = (props: { size?: number }) => (
  <Icon size={props.size}>
    <rect x="3.500" y="4.500" width="17" height="15" rx="1.500" />
    <path d="M3.500 9.500h17M3.500 14.500h17M9.500 9.500v10" />
  </Icon>
);
export const Document = (props: { size?: number }) => (
  <Icon size={props.size}>
    <path d="M13.500 3.500h-7a1 1 0 0 0-1 1v15a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-11l-5-5v5h5" />
  </Icon>
);
export const Share = () => (
  <Icon>
    <path d="M12 15V4m-4 4 4-4 4 4M6 12H5v8h14v-8h-1" />
  </Icon>
);
export const Chain = () => (
  <Icon>
    <path d="M9.5 14.5 14.5 9.5M11 7l2-2a4.2 4.2 0 0 1 6 6l-2 2M13 17l-2 2a4.2 4.2 0 0 1-6-6l2-2" />
  </Icon>
);
export const Expand = () => (
  <Icon>
    <path d="M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5" />
  </Icon>
);
export const ZoomIn = () => (
  <Icon>
    <circle cx="10.500" cy="10.500" r="6.500" />
    <path d="m20 20-4.800-4.800M10.500 8v5M8 10.500h5" />
  </Icon>
);
export const ZoomOut = () => (
  <Icon>
    <circle cx="10.500" cy="10.500" r="6.500" />
    <path d="m20 20-4.800-4.800M8 10.500h5" />
  </Icon>
);
export const Person = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 21c0-4.400 3.600-7 8-7s8 2.600 8 7" />
  </Icon>
);
export const Chevron = () => (
  <Icon>
    <path d="m6 9 6 6 6-6" />
  </Icon>
);
export const Heart = (props: { size?: number; filled?: boolean }) => (
  <Icon size={props.size}>
    <path
      d="M12 20S4 15 4 9.200A4.200 4.200 0 0 1 12 7.400a4.200 4.200 0 0 1 8 1.800C20 15 12 20 12 20Z"
      fill={props.filled ? "currentColor" : "none"}
    />
  </Icon>
);
export const Album = () => (
  <Icon>
    <rect x="4" y="8" width="16" height="12" rx="1.500" />
    <path d="M6.500 4.500h11" />
  </Icon>
);
export const Photos = () => (
  <Icon>
    <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z" />
  </Icon>
);
export const Restore = () => (
  <Icon directed>
    <path d="M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3" />
  </Icon>
);
export const Cover = () => (
  <Icon>
    <path d="M6 3.500h12V21l-6-4.500L6 21Z" />
  </Icon>
);
export const TakeOut = () => (
  <Icon>
    <rect x="4" y="4" width="16" height="16" rx="2" />
    <path d="M8.500 12h7" />
  </Icon>
);
export const Search = (props: { size?: number }) => (
  <Icon size={props.size}>
    <circle cx="10.500" cy="10.500" r="6.500" />
    <path d="m20 20-4.800-4.800" />
  </Icon>
);
