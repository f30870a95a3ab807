// What a kind of fact asks, read from its JSON Schema and its questions; and what an answer must be. Pure:
// the sentences are those of the desk, given by their English.

const LONG = 120;

/**
 * The questions of a kind, in their order.
 * `sort`: file, recording, thing, one-of, money, text, day, whole, yes-no, currency, lines, line.
 */
export function questionsOf(kind) {
  return kind.questions.map((question) => {
    const property = kind.fact_schema.properties[question.field] ?? {};
    const { schema, many, called } = bare(property, kind.fact_schema.$defs ?? {});
    return { ...question, many, called, schema, sort: sortOf(question, schema, called) };
  });
}

/** The question that an objection is about: it may say of which part. */
export const fieldOf = ({ field }) => field.split(".")[0];

/** Whether a question stands among those asked at once; others are folded away. */
export const isFirst = (question) => question.needed || question.sort === "file";

function sortOf(question, schema, called) {
  if (question.file) return question.heard ? "recording" : "file";
  if (question.names) return "thing";
  if (schema.enum) return "one-of";
  if (called === "Money") return "money";
  if (called === "Text") return "text";
  if (schema.format === "date") return "day";
  if (schema.type === "integer") return "whole";
  if (schema.type === "boolean") return "yes-no";
  if (question.field === "currency") return "currency";
  return (schema.maxLength ?? 0) > LONG ? "lines" : "line";
}

/** A schema without its "or null", without being a list, and the name under which it is declared. */
function bare(schema, defs, many = false, called = "") {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return bare(defs[name], defs, many, name);
  }
  if (schema.anyOf) return bare(schema.anyOf.find((one) => one.type !== "null"), defs, many, called);
  if (schema.type === "array") return bare(schema.items, defs, true, called);
  return { schema, many, called };
}

/** What is against an answer, as [sentence, values]; null where nothing is. An empty answer is none. */
export function wrong(question, answer) {
  if (isEmpty(answer)) return question.needed ? ["This must be answered."] : null;
  if (question.many) {
    for (const one of answer) {
      const found = wrongOne(question, one);
      if (found) return found;
    }
    return null;
  }
  return wrongOne(question, answer);
}

export function isEmpty(answer) {
  if (answer === null || answer === undefined || answer === "") return true;
  return Array.isArray(answer) ? !answer.length : answer?.constructor === Object && !Object.keys(answer).length;
}

function wrongOne({ sort, schema }, answer) {
  if (sort === "file" || sort === "recording") return null; // its hash is the server's to say
  if (sort === "money") return wrongMoney(schema, answer);
  if (sort === "text") {
    const fits = Object.values(answer).every((text) => signs(text) <= 2000 && isShown(text));
    return fits ? null : ["A text has at most 2,000 signs, and none that no page can show."];
  }
  if (sort === "day") return isDay(answer) ? null : ["This is not written as it must be; look at the hint."];
  if (sort === "whole") return wrongWhole(schema, answer);
  if (sort === "one-of") return schema.enum.includes(answer) ? null : ["Choose one of those offered."];
  if (typeof answer !== "string") return null;
  if (signs(answer) > (schema.maxLength ?? 4000)) return ["This is too long."];
  if (signs(answer) < (schema.minLength ?? 0)) return ["This must be answered."];
  const fits = !schema.pattern || new RegExp(schema.pattern, "u").test(answer);
  return fits && isShown(answer) ? null : ["This is not written as it must be; look at the hint."];
}

function wrongMoney(schema, { minor, currency, typed }) {
  const shown = { typed: String(typed).slice(0, 40), currency };
  if (minor === null) return ["‘{typed}’ is not an amount of {currency}; write it like 1234.50", shown];
  const most = schema.properties?.minor?.maximum ?? 1e15;
  if (minor > 0 && minor <= most) return null;
  return ["An amount is more than nothing, and at most {most}.", { most: (most / 100).toLocaleString("en") }];
}

function wrongWhole(schema, answer) {
  if (!Number.isSafeInteger(answer)) return ["This must be a whole number."];
  if (answer < (schema.minimum ?? -Infinity) || answer <= (schema.exclusiveMinimum ?? -Infinity))
    return ["It must be more than nothing."];
  return answer > (schema.maximum ?? Infinity) ? ["This is too large."] : null;
}

export function isDay(text) {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!year) return false;
  const made = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  return made.toISOString().startsWith(text);
}

const signs = (text) => [...text].length;
const isShown = (text) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text);

/** The body of a fact: only what was answered, texts as forms of canonical composition. */
export function bodyOf(questions, answers) {
  const body = {};
  for (const { field, sort } of questions) {
    const answer = answers[field];
    if (sort === "file" || sort === "recording" || isEmpty(answer)) continue;
    body[field] = sort === "money" ? { minor: answer.minor, currency: answer.currency } : answer;
  }
  return body;
}

/** An amount as people write it, in minor units; null where it is none. Through text, never through floats. */
export function minorOf(typed, digits) {
  let text = typed.normalize("NFKC").replaceAll("，", ",").trim();
  if (/^(\d+|\d{1,3}( \d{3})+),\d{1,2}$/.test(text)) text = text.replaceAll(" ", "").replace(",", ".");
  if (/^\d{1,3}([, ]\d{3})+(\.\d+)?$/.test(text)) text = text.replace(/[, ]/g, "");
  const [, whole, rest] = /^(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === undefined || text.length > 20) return null;
  const decimals = (rest ?? "").replace(/0+$/, "");
  if (decimals.length > digits) return null;
  const minor = BigInt(whole + decimals.padEnd(digits, "0"));
  return minor <= 10n ** 15n ? Number(minor) : 10 ** 15 + 1;
}

/** An id made from a name, readable; with four signs of chance, for two phones may think of one name. */
export function idFrom(name, chance) {
  const text = (name.en ?? Object.values(name)[0] ?? "").normalize("NFKC").toLowerCase();
  const letters = text.replace(/[^\p{L}\p{Nd}\p{Nl}]+/gu, "-").replace(/^-+|-+$/g, "");
  return [...`${[...letters].slice(0, 58).join("")}-${chance}`].join("").replace(/-+/g, "-").replace(/^-/, "");
}
