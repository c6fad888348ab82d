import {
  COIN_SVG,
  openedPacketSvg,
  PACKET_HEIGHT,
  PACKET_PAINTS,
  PACKET_WIDTH,
  type PacketPaint,
  pictureUrl,
  sealedPacketSvg,
} from "../art/red-packet-svg";

/** Pictures drawn once, large enough for the screen: then each frame only copies pixels. */
export interface Sprites {
  sealed: ReadonlyMap<PacketPaint, CanvasImageSource>;
  opened: ReadonlyMap<PacketPaint, CanvasImageSource>;
  coin: CanvasImageSource;
}

/** The widest that a packet is drawn on a canvas whose units are CSS pixels. */
const PACKET_PX = 96;
const COIN_PX = 36;

export async function loadSprites(pixelRatio: number): Promise<Sprites> {
  const packet = (svg: string) =>
    draw(svg, PACKET_PX * pixelRatio, (PACKET_PX * pixelRatio * PACKET_HEIGHT) / PACKET_WIDTH);
  const each = async (svgOf: (paint: PacketPaint) => string) =>
    new Map(
      await Promise.all(PACKET_PAINTS.map(async (paint) => [paint, await packet(svgOf(paint))] as const)),
    );
  const [sealed, opened, coin] = await Promise.all([
    each(sealedPacketSvg),
    each(openedPacketSvg),
    draw(COIN_SVG, COIN_PX * pixelRatio, COIN_PX * pixelRatio),
  ]);
  return { sealed, opened, coin };
}

async function draw(svg: string, width: number, height: number): Promise<CanvasImageSource> {
  const image = new Image();
  image.src = pictureUrl(svg);
  image.width = width;
  image.height = height;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width);
  canvas.height = Math.ceil(height);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
