// What the app says, in the language that was chosen on this phone. English stands in the sources; the
// server's catalogue has the rest, and the worker keeps that of the chosen language.

const LANGUAGES = { en: "English", "zh-hans": "简体中文", ug: "ئۇيغۇرچە", ky: "Кыргызча", "ky-arab": "قىرعىزچا" };
const KEPT = "cairn-field-language";
const BARE = { language: "en", direction: "ltr", nearest: ["en"], messages: {}, months: [], group: ",", decimal: "." };

let words = BARE;
let digits = new Map();

export const languages = LANGUAGES;
export const language = () => words.language;
export const drafted = () => Boolean(words.drafted);

/** The language that was chosen here, or else the first that the phone speaks and we do. */
export function chosen() {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept in LANGUAGES) return kept;
  } catch {
    // A browser that keeps nothing asks the phone each time.
  }
  for (const spoken of navigator.languages ?? []) {
    const code = spoken.toLowerCase();
    if (code.startsWith("zh")) return "zh-hans";
    const found = [code, code.split("-")[0]].find((one) => one in LANGUAGES);
    if (found) return found;
  }
  return "en";
}

/** Speak a language from now on: its words, its direction. English needs no words to be understood. */
export async function speak(code) {
  try {
    const answer = await fetch(`/field/words/${code}.json`);
    if (answer.ok) words = { ...BARE, ...(await answer.json()) };
  } catch {
    if (words === BARE) words = { ...BARE, language: code };
  }
  try {
    localStorage.setItem(KEPT, code);
  } catch {
    // Then it is asked of the phone again.
  }
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
}

/** Which currencies have how many decimals: ISO 4217, as the server says it. */
export function teach(currencies) {
  digits = new Map(currencies.map((one) => [one.code, one.digits]));
}

export const digitsOf = (currency) => digits.get(currency) ?? 2;

/** A sentence of ours; what stands in {…} is put in, each value in its own direction. */
export function t(message, values) {
  return filled(words.messages[message] ?? message, values);
}

/** A word for a code, out of one of the lists that pages have too. */
export function word(list, code) {
  return words[list]?.[code] ?? code;
}

/** The words of both halves of a computed risk. */
export function risk(sort, values) {
  return (words.risks?.[sort] ?? [sort, ""]).map((half) => filled(half, values));
}

/** The word for one answer of a question, by the class that declares it. */
export function answered(enumeration, code) {
  return words.answers?.[enumeration]?.[code] ?? code;
}

/** What a kind of fact says, in one line. */
export function meaning(kind) {
  return words.kinds?.[kind.kind ?? kind] ?? kind.summary ?? String(kind);
}

/** Which version of a text in several languages this reader gets. */
export function said(name) {
  if (!name) return "";
  const code = [words.language, ...words.nearest].find((one) => name[one]);
  return name[code] ?? Object.values(name)[0] ?? "";
}

/** A day, written out. */
export function day(iso) {
  const [year, month, date] = String(iso).split("-");
  const pattern = words.months[Number(month) - 1];
  return pattern ? pattern.replace("{y}", year).replace("{d}", Number(date)) : String(iso);
}

/** An exact amount with its currency: text, and never a float. */
export function money(minor, currency) {
  return `${currency}\u00a0${amount(minor, currency)}`;
}

/** An exact amount, in the signs of the language. */
export function amount(minor, currency) {
  const text = decimal(minor, currency);
  const [, sign, whole, rest] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, words.group);
  return `${sign ? "−" : ""}${grouped}${rest ? words.decimal + rest : ""}`;
}

/** The same as plain decimal: what is typed into a form. */
export function decimal(minor, currency) {
  const places = digitsOf(currency);
  const sign = minor < 0 ? "-" : "";
  const all = String(BigInt(minor)).replace("-", "").padStart(places + 1, "0");
  return places ? `${sign}${all.slice(0, -places)}.${all.slice(-places)}` : `${sign}${all}`;
}

/** How long ago something was, in words. */
export function ago(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60000));
  if (minutes < 2) return t("a moment ago");
  if (minutes < 120) return t("{n} minutes ago", { n: minutes });
  if (minutes < 48 * 60) return t("{n} hours ago", { n: Math.round(minutes / 60) });
  return t("{n} days ago", { n: Math.round(minutes / 1440) });
}

function filled(message, values) {
  if (!values) return message;
  const apart = words.direction === "rtl" ? (text) => `\u2068${text}\u2069` : (text) => text;
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? apart(String(values[name])) : whole));
}
