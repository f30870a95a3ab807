// Keeps what is being typed at the server, a moment after each change. The form works without it.
(() => {
  const form = document.querySelector("form[data-draft]");
  const status = form.querySelector("[data-kept]");
  const summary = document.getElementById("errors");
  let waiting = 0;
  let sent = false;

  async function keep() {
    clearTimeout(waiting);
    waiting = 0;
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: typed, keepalive: true });
      status.textContent = answer.ok ? status.dataset.kept : status.dataset.notKept;
    } catch {
      status.textContent = status.dataset.notKept;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(waiting);
  });
  addEventListener("pagehide", () => {
    if (waiting && !sent) keep();
  });
  if (summary) summary.focus();
})();
