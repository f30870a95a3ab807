// Holds the fonts that pages bring to the letters that Uyghur and Kyrgyz are written in, and puts their
// licence beside them. A subset that lost a letter would show a box in its place, and no test of a page
// would see it.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

const FONTS = "node_modules/@fontsource";
const ARABIC = `${FONTS}/noto-sans-arabic/files/noto-sans-arabic-arabic-`;
const CYRILLIC = `${FONTS}/noto-sans/files/noto-sans-cyrillic-`;
const OUT = "../src/cairn/web/static/cairn/fonts";

const UYGHUR = "ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي" + "،؛؟";
const KYRGYZ_ARABIC = "اۋگدەيوجزىكلمنڭۅپرستۇۉفحچشقع" + "بئ،؛؟";
const RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";
const KYRGYZ = "ңөү";

const both = (letters) => letters + letters.toUpperCase();
let lacking = 0;
for (const weight of [400, 600]) {
  holds(`${ARABIC}${weight}-normal.woff2`, UYGHUR + KYRGYZ_ARABIC);
  holds(`${CYRILLIC}${weight}-normal.woff2`, `${both(RUSSIAN)}№`);
  holds(`${CYRILLIC}ext-${weight}-normal.woff2`, both(KYRGYZ));
}
if (lacking) process.exit(1);

mkdirSync(OUT, { recursive: true });
for (const name of ["noto-sans-arabic", "noto-sans"])
  copyFileSync(`${FONTS}/${name}/LICENSE`, `${OUT}/LICENSE.${name}.txt`);

function holds(path, letters) {
  const has = characters(readFileSync(path));
  const missing = [...new Set(letters)].filter((letter) => !has(letter.codePointAt(0)));
  if (missing.length) {
    lacking += 1;
    console.error(`${path} has no glyph for ${missing.join(" ")}`);
  }
}

// Which characters a WOFF2 file (W3C, https://www.w3.org/TR/WOFF2/) maps to glyphs, by its cmap.
function characters(file) {
  const tables = file.readUInt16BE(12);
  let at = 48;
  let offset = 0;
  let cmap = null;
  const base128 = () => {
    let value = 0;
    for (let byte = 128; byte & 128; at += 1) {
      byte = file[at];
      value = value * 128 + (byte & 127);
    }
    return value;
  };
  for (let index = 0; index < tables; index += 1) {
    const flags = file[at];
    at += 1;
    const tag = flags & 63;
    if (tag === 63) at += 4;
    const length = base128();
    // glyf (10) and loca (11) are transformed unless said otherwise, others only where said so.
    const transformed = tag === 10 || tag === 11 ? flags >> 6 !== 3 : flags >> 6 !== 0;
    const stored = transformed ? base128() : length;
    if (tag === 0) cmap = [offset, length];
    offset += stored;
  }
  const size = file.readUInt32BE(20);
  const data = brotliDecompressSync(file.subarray(at, at + size));
  return mapped(data.subarray(cmap[0], cmap[0] + cmap[1]));
}

// The subtable for Unicode: format 12, else format 4 (OpenType, cmap).
function mapped(cmap) {
  const found = new Map();
  for (let index = 0; index < cmap.readUInt16BE(2); index += 1) {
    const at = cmap.readUInt32BE(8 + 8 * index);
    found.set(cmap.readUInt16BE(at), cmap.subarray(at));
  }
  const groups = found.get(12);
  if (groups) return (code) => inGroups(groups, code);
  return (code) => inSegments(found.get(4), code);
}

function inGroups(table, code) {
  for (let index = 0; index < table.readUInt32BE(12); index += 1) {
    const at = 16 + 12 * index;
    if (table.readUInt32BE(at) <= code && code <= table.readUInt32BE(at + 4)) return true;
  }
  return false;
}

function inSegments(table, code) {
  const twice = table.readUInt16BE(6);
  for (let at = 0; at < twice; at += 2) {
    if (table.readUInt16BE(14 + at) < code) continue;
    const start = table.readUInt16BE(16 + twice + at);
    if (start > code) return false;
    const delta = table.readUInt16BE(16 + 2 * twice + at);
    const rangeAt = 16 + 3 * twice + at;
    const range = table.readUInt16BE(rangeAt);
    if (!range) return ((code + delta) & 0xffff) !== 0;
    return table.readUInt16BE(rangeAt + range + 2 * (code - start)) !== 0;
  }
  return false;
}
