// Elements without a framework: h("button", { class: "quiet", onclick: send }, t("Send now")).

/** An element with its attributes, listeners (on…) and children; what is null or false is left out. */
export function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...nodes(children));
  return made;
}

/** What stands in a list of children, however nested. */
export function nodes(children) {
  return children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== "");
}

/** A button that does something, and cannot be pressed twice while it is being done. */
export function button(says, does, attributes) {
  const made = h("button", { type: "button", ...attributes }, says);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await does();
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

/** A link that looks like a button. */
export function doing(says, href, quiet) {
  return h("a", { class: quiet ? "button quiet" : "button", href }, says);
}

/** A text that somebody wrote, in whichever direction its letters run. */
export function written(text, tag = "span") {
  return h(tag, { dir: "auto" }, text);
}
