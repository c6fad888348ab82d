import { COIN_SVG, openedPacketSvg, PACKET_PAINTS, pictureUrl, sealedPacketSvg } from "../art/red-packet-svg";

const urlsOf = (svgOf: typeof sealedPacketSvg) =>
  new Map(PACKET_PAINTS.map((paint) => [paint, pictureUrl(svgOf(paint))] as const));

/** Addresses of what falls and flies; the same address is decoded once, however many show it. */
export const PICTURES = {
  sealed: urlsOf(sealedPacketSvg),
  opened: urlsOf(openedPacketSvg),
  coin: pictureUrl(COIN_SVG),
} as const;

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
