// A photo as it is kept: made anew from what it shows, so that where and by which phone it was taken is
// gone before anything is stored, and small enough for a month of them.

const LONGEST = 1600;
const QUALITY = 0.8;

/** A picture of at most 1600 pixels as WebP, or JPEG where the browser writes no WebP. */
export async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = (await written(canvas, "image/webp")) ?? (await written(canvas, "image/jpeg"));
  if (!made) throw new Error("no picture could be written");
  return made;
}

/** A browser that cannot write a format writes PNG instead, which would be ten times as large. */
function written(canvas, type) {
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob?.type === type ? blob : null), type, QUALITY);
  });
}
