// Shows how far a sheet is, and its next page once the worker is done. The page works without it.
(() => {
  const about = document.querySelector("[data-progress]");
  const far = about.querySelector("[data-far]");
  const bar = about.querySelector("progress");

  async function look() {
    try {
      const answer = await fetch(about.dataset.progress);
      const said = await answer.json();
      if (!said.works) {
        location.replace(location.pathname);
        return;
      }
      far.textContent = said.said;
      if (said.rows >= said.read && said.read) {
        bar.max = said.rows;
        bar.value = said.read;
      }
    } catch {
      // The network is gone for a moment; the next look is soon.
    }
    setTimeout(look, 1000);
  }

  setTimeout(look, 300);
})();
