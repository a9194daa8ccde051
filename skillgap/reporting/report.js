// Lights up a skill's words with the skill, and the skills with their words. The page says everything without it.
(() => {
  "use strict";
  const LIT = "sg-lit";
  let lit = [];

  const dim = () => {
    for (const element of lit) element.classList.remove(LIT);
    lit = [];
  };

  const light = (event) => {
    const holder = event.target instanceof Element ? event.target.closest("[data-skills]") : null;
    const report = holder && holder.closest(".sg-report");
    dim();
    if (!report) return;
    for (const number of holder.dataset.skills.split(" ")) {
      lit.push(...report.querySelectorAll(`[data-skills~="${number}"]`));
    }
    for (const element of lit) element.classList.add(LIT);
  };

  document.addEventListener("pointerover", light);
  document.addEventListener("focusin", light);
  document.addEventListener("focusout", dim);
})();
