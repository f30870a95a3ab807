// Bytes as text and back: UTF-8, hexadecimal, base64.

export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

export const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** In strides: a photo is too long to be the arguments of one call. */
export function base64(bytes) {
  let signs = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    signs += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(signs);
}

export const unbase64 = (signs) => Uint8Array.from(atob(signs), (sign) => sign.charCodeAt(0));
