import { Icon } from "./icons";
import { valueInWords } from "./search-words";

export const Calendar = () => (
  <Icon>
    <rect x="4" y="5.500" width="16" height="14.500" rx="2" />
    <path d="M4 10h16M8 3v4M16 3v4" />
  </Icon>
);
export const Film = () => (
  <Icon>
    <rect x="4" y="4.500" width="16" height="15" rx="2" />
    <path d="M8 4.500v15M16 4.500v15M4 9.500h4M4 14.500h4M16 9.500h4M16 14.500h4" />
  </Icon>
);
export const Frame = () => (
  <Icon>
    <rect x="6" y="3.500" width="12" height="17" rx="1.500" />
  </Icon>
);
export const Copies = () => (
  <Icon>
    <rect x="8.500" y="8.500" width="11.500" height="11.500" rx="2" />
    <path d="M15.500 5.500V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v9.500a1 1 0 0 0 1 1h.500" />
  </Icon>
);

/** A colour as the search knows it. */
export function Swatch({ colour }: { colour: string }) {
  return (
    <span
      class="swatch"
      data-colour={colour}
      title={valueInWords("colours", colour)}
      aria-hidden="true"
    />
  );
}
