declare module "virtual:land" {
  /** All land as one path of SVG, in tenths of a degree: x is the longitude, y the latitude downwards. */
  export const LAND: string;
}
