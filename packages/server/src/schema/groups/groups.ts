/** A field group that comes with the product. */
export interface StandardGroup {
  /** What follows `https://ns.adobe.com/xdm/` in its XDM identifier. */
  readonly id: string;
  readonly title: string;
  /** In the notation of `notation.ts`. */
  readonly fields: string;
}
