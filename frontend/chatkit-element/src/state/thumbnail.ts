/** Small pictures of files: as `data:` addresses, which content policies allow where they forbid `blob:`. */

const EDGE_PX = 192;

/** Null when it is no picture that the browser can read. */
export async function thumbnailOf(file: Blob): Promise<string | null> {
  if (typeof createImageBitmap !== "function") return null;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, EDGE_PX / Math.max(picture.width, picture.height, 1));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas.toDataURL("image/webp", 0.8);
  } catch {
    return null;
  }
}

/**
 * The address of a picture that may be loaded without telling anyone: what the address holds itself, or what the
 * page's own server has.
 */
export function safeImage(address: string | null): string | null {
  if (address === null) return null;
  if (/^data:image\/(?:png|jpe?g|gif|webp|avif);base64,/i.test(address)) return address;
  try {
    const url = new URL(address, document.baseURI);
    return url.origin === location.origin && /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
