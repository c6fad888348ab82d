import { PACKET_HEIGHT, PACKET_WIDTH, type PacketPaint, PICTURES } from "./red-packet-svg";

interface RedPacketProps {
  /** Height in CSS pixels, or any CSS length. */
  height?: number | string;
  paint?: PacketPaint;
  opened?: boolean;
  className?: string;
}

/** A red packet as decoration; what it means stands beside it in words. */
export function RedPacket({ height = 48, paint = "vermilion", opened = false, className }: RedPacketProps) {
  return (
    <img
      src={PICTURES[opened ? "opened" : "sealed"].get(paint)}
      alt=""
      className={className}
      draggable={false}
      style={{ display: "block", flex: "none", height, aspectRatio: `${PACKET_WIDTH} / ${PACKET_HEIGHT}` }}
    />
  );
}
