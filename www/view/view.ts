/** A part of the page: an element, and how it follows the review. */
export interface View {
  readonly element: HTMLElement;
  update(): void;
}
