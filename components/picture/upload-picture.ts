import type { BizErrorShape } from "@/domain/contracts/errors";
import type { PictureKind, SetPicture } from "@/domain/contracts/picture";

/** From here on a picture is made smaller before it is sent: what is kept of it is small anyway. */
const SHRINK_FROM_BYTES = 1024 * 1024;
const SHRUNK_SIDE_MAX_PX = 1_600;
const SHRUNK_QUALITY = 0.9;

/** Thrown as calls of the API throw, so that `readApiError` reads it. */
class UploadError extends Error {
  constructor(readonly data: { biz?: BizErrorShape }) {
    super(data.biz?.message ?? "No answer");
  }
}

/** Sends a picture. Throws what `readApiError` reads. */
export async function uploadPicture(kind: PictureKind, file: File): Promise<SetPicture> {
  const body = await shrink(file);
  const response = await fetch(`/api/picture/${kind}`, { method: "POST", body });
  const answer = (await response.json().catch(() => ({}))) as SetPicture & { error?: BizErrorShape };
  if (!response.ok) throw new UploadError({ biz: answer.error });
  return answer;
}

/** The picture as the browser can draw it smaller; what it cannot read is left to the server to refuse. */
async function shrink(file: File): Promise<Blob> {
  if (file.size < SHRINK_FROM_BYTES) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SHRUNK_SIDE_MAX_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/jpeg", SHRUNK_QUALITY);
    });
    return blob ?? file;
  } catch {
    return file;
  }
}
