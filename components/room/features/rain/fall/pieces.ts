/** A box whose middle lies in the corner of what it is put into, so that a transform alone says where it is. */
export function createPiece(className: string | undefined, widthPx: number, heightPx: number): HTMLElement {
  const piece = document.createElement("i");
  piece.className = className ?? "";
  Object.assign(piece.style, {
    width: `${widthPx}px`,
    height: `${heightPx}px`,
    margin: `${-heightPx / 2}px 0 0 ${-widthPx / 2}px`,
  });
  return piece;
}

export function createPicture(url: string | undefined): HTMLImageElement {
  const picture = new Image();
  picture.alt = "";
  picture.decoding = "async";
  picture.src = url ?? "";
  return picture;
}
