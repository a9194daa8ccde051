// Shows the page's rows as a table to sort, filter and compare. Only the rows on the screen are in the document.
// Whatever came from a resume is put in as text (textContent, attributes), never as HTML.
(() => {
  "use strict";
  const ROWS_BEYOND = 8; // above and below the screen, so that Tab and quick scrolling find the next row there
  const MOST_COMPARED = 3;
  const MOST_PRINTED = 500;
  const CELL = 13; // pixels from one skill's square to the next
  const BREAK = 7; // pixels between groups of skills
  const WORDS = { d: "demonstrated", l: "only listed", n: "missing" };
  const SIGNS = { d: "\u2713", l: "\u25cb", n: "\u2717" };
  const POINTS = { d: 2, l: 1, n: 0 };

  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const skills = data.skills.map(([name, importance, kind]) => ({ name, group: kind === "core" ? "core" : importance }));
  const hard = skills.map((skill, n) => n).filter((n) => skills[n].group !== "core");
  const essential = hard.filter((n) => skills[n].group === "essential");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const percent = (part) =>
    part > 0 && part < 1 ? `${Math.min(Math.max(Math.round(part * 100), 1), 99)} %` : `${Math.round(part * 100)} %`;
  const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

  const candidates = data.rows.map(([name, link, coverage, marks, warnings, isCopy, quotes], n) => {
    const count = (letters) => hard.reduce((sum, h) => sum + letters.includes(marks[h]), 0);
    return {
      rank: n + 1, name, link, coverage, marks, warnings, isCopy, quotes,
      shown: count("dl"), demonstrated: count("d"),
      lacks: essential.filter((e) => marks[e] === "n"), folded: fold(name),
    };
  });
  data.rows = null;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };
  const draw = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // The heat map: one square a skill, with a little air between essential, important, useful and core

  const left = [];
  skills.forEach((skill, n) => {
    const isNew = n > 0 && skill.group !== skills[n - 1].group;
    left.push(n === 0 ? 0 : left[n - 1] + CELL + (isNew ? BREAK : 0));
  });
  const stripWidth = skills.length ? left[left.length - 1] + CELL : 0;
  const skillAt = (x) => left.findLastIndex((start) => start <= x);

  const strip = (candidate) => {
    const paths = { d: "", l: "", n: "" };
    for (let n = 0; n < skills.length; n++) {
      const mark = candidate.marks[n];
      // Full, half and nearly nothing: told apart by form as well as by colour.
      if (mark === "d") paths.d += `M${left[n]} 2h11v18h-11z`;
      else if (mark === "l") paths.l += `M${left[n]} 11h11v9h-11z`;
      else paths.n += `M${left[n] + 3} 19h5v1h-5z`;
    }
    const missing = hard.length - candidate.shown;
    const label =
      `${candidate.demonstrated} demonstrated, ${candidate.shown - candidate.demonstrated} only listed, ${missing} missing`;
    return draw(
      "svg",
      { class: "sg-strip", viewBox: `0 0 ${stripWidth} 22`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
      ...Object.entries(paths).map(([mark, d]) => draw("path", { class: `sg-${mark}`, d })),
    );
  };

  const stripHead = () => {
    const height = 128;
    const names = skills.map((skill, n) => {
      const short = skill.name.length > 24 ? `${skill.name.slice(0, 23)}\u2026` : skill.name;
      const text = draw("text", { transform: `translate(${left[n] + 9} ${height - 4}) rotate(-58)`, "data-skill": n }, short);
      text.append(draw("title", {}, `${skill.name} (${skill.group}): sort by it`));
      return text;
    });
    return draw(
      "svg",
      { class: "sg-strip-head", width: stripWidth, height, viewBox: `0 0 ${stripWidth} ${height}`, "aria-hidden": "true" },
      ...names,
    );
  };

  // What is shown

  const fields = byId("fields");
  const wanted = new Set();
  const chosen = new Set();
  let view = candidates;
  const orders = {
    coverage: (a, b) => a.rank - b.rank,
    shown: (a, b) => b.shown - a.shown || a.rank - b.rank,
    demonstrated: (a, b) => b.demonstrated - a.demonstrated || a.rank - b.rank,
    essential: (a, b) => a.lacks.length - b.lacks.length || a.rank - b.rank,
    name: (a, b) => (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : a.rank - b.rank),
  };
  const orderOf = (key) =>
    orders[key] || ((a, b) => POINTS[b.marks[key]] - POINTS[a.marks[key]] || a.rank - b.rank);

  const select = () => {
    const words = fold(byId("find").value).split(/\s+/).filter(Boolean);
    const least = Number(byId("least").value) / 100 || 0;
    const enough = byId("demonstrated").checked ? "d" : "dl";
    const must = [...wanted];
    view = candidates.filter(
      (c) =>
        c.coverage >= least - 1e-9 &&
        words.every((word) => c.folded.includes(word)) &&
        must.every((n) => enough.includes(c.marks[n])),
    );
    if (byId("sort").value !== "coverage") view.sort(orderOf(byId("sort").value));
    rows.scrollTop = 0;
    refill();
  };

  // The table

  const rows = byId("rows");
  const space = make("div", { class: "sg-space", role: "rowgroup" });
  const shown = new Map(); // position in the view -> row element
  const columns = [
    ["", "sg-pick", "Compare"], ["coverage", "sg-rank", "#"], ["name", "sg-who", "Candidate"],
    ["coverage", "sg-cover", "Coverage"], ["shown", "sg-shown", "Shown"], ["essential", "sg-lacks", "Missing essentials"],
  ];
  const heads = columns.map(([key, kind, title], n) => {
    // One button a key is enough for keyboards; "#" and "Coverage" sort alike.
    const button = key && n !== 1 ? make("button", { type: "button", "data-sort": key }, title) : title;
    return make("div", { role: "columnheader", class: kind, "data-key": n === 1 ? "" : key }, button);
  });
  const head = make(
    "div", { role: "row", class: "sg-row sg-row-head", "aria-rowindex": 1 },
    ...heads, make("div", { role: "columnheader", class: "sg-heat" }, make("span", { class: "sg-unseen" }, "Skills"), stripHead()),
  );
  rows.append(make("div", { role: "rowgroup", class: "sg-top" }, head), space);

  const cell = (kind, ...children) => make("div", { role: "cell", class: kind }, ...children);

  const makeRow = (candidate, position) => {
    const pick = make("input", { type: "checkbox", "aria-label": `Compare ${candidate.name}`, "data-rank": candidate.rank });
    pick.checked = chosen.has(candidate);
    const name = candidate.link ? make("a", { href: candidate.link }, candidate.name) : make("span", {}, candidate.name);
    name.title = candidate.name;
    const notes = [];
    if (candidate.isCopy) notes.push(make("span", { class: "sg-note-mark", title: "The same content as an earlier file" }, "copy"));
    if (candidate.warnings.length) {
      const told = plural(candidate.warnings.length, "warning");
      notes.push(make("span", { class: "sg-note-mark", title: candidate.warnings.join("\n") }, told));
    }
    const bar = draw(
      "svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { class: "sg-bar-rest", width: 100, height: 8 }),
      draw("rect", { class: "sg-bar", width: (candidate.coverage * 100).toFixed(1), height: 8 }),
    );
    const lacks = candidate.lacks.map((n) => skills[n].name).join(", ");
    return make(
      "div", { role: "row", class: "sg-row", "aria-rowindex": position + 2 },
      cell("sg-pick", pick), cell("sg-rank", String(candidate.rank)), cell("sg-who", name, ...notes),
      cell("sg-cover", make("span", {}, percent(candidate.coverage)), bar),
      cell("sg-shown", `${candidate.shown} of ${hard.length}`),
      make("div", { role: "cell", class: "sg-lacks", title: lacks }, lacks || "none"),
      cell("sg-heat", strip(candidate)),
    );
  };

  let rowHeight = 40;
  const measure = () => {
    rowHeight = parseFloat(getComputedStyle(rows).getPropertyValue("--row")) || 40;
  };

  const paint = () => {
    const top = Math.max(0, rows.scrollTop - space.offsetTop);
    const first = Math.max(0, Math.floor(top / rowHeight) - ROWS_BEYOND);
    const last = Math.min(view.length - 1, Math.ceil((top + rows.clientHeight) / rowHeight) + ROWS_BEYOND);
    for (const [position, element] of shown) {
      const isOut = position < first || position > last;
      if (isOut && !element.contains(document.activeElement)) { // the keyboard's place must not vanish
        element.remove();
        shown.delete(position);
      }
    }
    for (let position = first; position <= last; position++) {
      if (shown.has(position)) continue;
      const element = makeRow(view[position], position);
      element.style.transform = `translateY(${position * rowHeight}px)`;
      let after = null; // document order is reading order
      for (const [other, sibling] of shown) {
        if (other > position && (after === null || other < after[0])) after = [other, sibling];
      }
      space.insertBefore(element, after && after[1]);
      shown.set(position, element);
    }
  };

  const refill = () => {
    for (const element of shown.values()) element.remove();
    shown.clear();
    measure();
    space.style.height = `${view.length * rowHeight}px`;
    rows.setAttribute("aria-rowcount", view.length + 1);
    const key = byId("sort").value;
    for (const element of heads) {
      if (element.dataset.key === key) element.setAttribute("aria-sort", key === "name" || key === "essential" ? "ascending" : "descending");
      else element.removeAttribute("aria-sort");
    }
    for (const text of head.querySelectorAll("[data-skill]")) text.classList.toggle("sg-sorted", text.dataset.skill === key);
    paint();
    tellStatus();
  };

  const tellStatus = (more = "") => {
    const all = candidates.length;
    const count = view.length === all ? plural(all, "candidate") : `${view.length.toLocaleString("en")} of ${plural(all, "candidate")}`;
    byId("status").textContent = `${count}${more}`;
    const button = byId("compare");
    button.disabled = chosen.size < 2;
    button.textContent = chosen.size < 2 ? "Compare: choose two or three" : `Compare ${chosen.size}`;
  };

  let waiting = 0;
  const later = (work) => () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(work);
  };

  // Two or three side by side

  const compare = () => {
    const group = [...chosen].sort(orders.coverage);
    const table = byId("versus");
    const onlyUnlike = byId("unlike").checked;
    const body = make("tbody");
    const addFigures = (title, told) =>
      body.append(make("tr", {}, make("th", { scope: "row" }, title), ...group.map((c) => make("td", {}, told(c)))));
    addFigures("Coverage", (c) => percent(c.coverage));
    addFigures("Shown", (c) => `${c.shown} of ${hard.length}, ${c.demonstrated} demonstrated`);
    addFigures("Warnings", (c) => c.warnings.join(" ") || "none");
    let title = "";
    skills.forEach((skill, n) => {
      if (onlyUnlike && new Set(group.map((c) => c.marks[n])).size === 1) return;
      if (skill.group !== title) {
        title = skill.group;
        body.append(make("tr", { class: "sg-group" }, make("th", { colspan: group.length + 1, scope: "colgroup" }, title)));
      }
      const cells = group.map((c) => {
        const mark = c.marks[n];
        const sign = make("span", { "aria-hidden": "true" }, `${SIGNS[mark]} `);
        const told = make("td", { class: `sg-mark-${mark}` }, sign, make("strong", {}, WORDS[mark]));
        if (c.quotes[n]) told.append(make("q", {}, c.quotes[n]));
        return told;
      });
      body.append(make("tr", {}, make("th", { scope: "row" }, skill.name), ...cells));
    });
    const names = group.map((c) => make("th", { scope: "col" }, c.link ? make("a", { href: c.link }, c.name) : c.name));
    const top = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Skill"), ...names));
    table.replaceChildren(top, body);
    byId("comparison").hidden = false;
  };

  const pick = (box) => {
    const candidate = candidates[Number(box.dataset.rank) - 1];
    if (!box.checked) chosen.delete(candidate);
    else if (chosen.size < MOST_COMPARED) chosen.add(candidate);
    else {
      box.checked = false;
      tellStatus(`. Three at most can be compared.`);
      return;
    }
    tellStatus(`. ${chosen.size} chosen to compare.`);
    if (!byId("comparison").hidden) {
      if (chosen.size > 1) compare();
      else byId("comparison").hidden = true;
    }
  };

  // Events

  const showChips = () => {
    const chips = [...wanted].map((n) =>
      make("li", {}, make("button", { type: "button", "data-drop": n, "aria-label": `Remove ${skills[n].name}` }, `${skills[n].name} \u00d7`)),
    );
    byId("chips").replaceChildren(...chips);
  };

  fields.addEventListener("submit", (event) => event.preventDefault());
  fields.addEventListener("input", (event) => {
    if (event.target.id === "must") {
      if (event.target.value) wanted.add(Number(event.target.value));
      event.target.value = "";
      showChips();
    }
    select();
  });
  fields.addEventListener("reset", () => {
    wanted.clear();
    showChips();
    requestAnimationFrame(select); // the fields are empty only after this event
  });
  fields.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-drop]");
    if (!drop) return;
    wanted.delete(Number(drop.dataset.drop));
    showChips();
    byId("must").focus();
    select();
  });
  rows.addEventListener("change", (event) => pick(event.target));
  rows.addEventListener("click", (event) => {
    const sorter = event.target.closest("[data-sort], [data-skill]");
    if (!sorter) return;
    byId("sort").value = sorter.dataset.sort || sorter.dataset.skill;
    select();
  });
  rows.addEventListener("pointermove", (event) => {
    const picture = event.target.closest(".sg-strip");
    if (!picture) return;
    const box = picture.getBoundingClientRect();
    const n = skillAt(((event.clientX - box.left) / box.width) * stripWidth);
    const row = picture.closest(".sg-row");
    const candidate = view[Number(row.getAttribute("aria-rowindex")) - 2];
    if (!candidate || n < 0) return;
    const cellOf = row.querySelector(".sg-heat");
    const told = `${skills[n].name}: ${WORDS[candidate.marks[n]]}`;
    if (cellOf.title !== told) cellOf.title = told;
  });
  rows.addEventListener("scroll", later(paint), { passive: true });
  addEventListener("resize", later(refill));
  byId("unlike").addEventListener("change", compare);
  byId("compare").addEventListener("click", () => {
    compare();
    byId("side").focus();
    byId("comparison").scrollIntoView({ block: "start" });
  });

  // Paper has no scroll bar: the rows are put one below the other, so many as anyone prints.
  addEventListener("beforeprint", () => {
    rows.classList.add("sg-printed");
    for (const element of shown.values()) element.remove();
    shown.clear();
    view.slice(0, MOST_PRINTED).forEach((candidate, position) => {
      const element = makeRow(candidate, position);
      space.append(element);
      shown.set(position, element);
    });
  });
  addEventListener("afterprint", () => {
    rows.classList.remove("sg-printed");
    refill();
  });

  rows.style.setProperty("--strip", `${stripWidth}px`);
  byId("explorer").hidden = false;
  select();
})();
