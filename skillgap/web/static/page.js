// What makes the page quicker to use. All of it works without: upload, report, edit, compare and save are plain forms.
(() => {
  "use strict";

  const EDIT_PAUSE = 80; // milliseconds: typing is not slowed, and a pause for thought is answered at once
  const ROLE_PAUSE = 120;
  const MEGABYTE = 1e6;

  const find = (name, root = document) => root.querySelector(`[data-${name}]`);
  const findAll = (name) => document.querySelectorAll(`[data-${name}]`);
  const debounce = (action, pause) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(action, pause);
    };
  };

  document.documentElement.classList.add("is-live");

  // ------------------------------------------------------------------ problems

  const tell = (message) => {
    const box = document.getElementById("problems");
    if (!box) return;
    box.hidden = !message;
    box.replaceChildren(...(message ? [Object.assign(document.createElement("p"), { textContent: message })] : []));
  };

  // ------------------------------------------------------------------ files

  const listChosen = (drop) => {
    const input = drop.querySelector("input[type=file]");
    const list = find("chosen", drop);
    const names = [...input.files].map((file) => file.name);
    // The browser's own field names a single file already.
    const shown = names.length > 1 ? names : [];
    list.replaceChildren(...shown.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  };

  for (const drop of findAll("drop")) {
    drop.querySelector("input[type=file]").addEventListener("change", () => listChosen(drop));
  }

  const takeFiles = (event) => {
    const drop = find("drop");
    const files = event.dataTransfer && event.dataTransfer.files;
    if (!drop || !files || !files.length) return;
    event.preventDefault();
    drop.closest("details")?.setAttribute("open", "");
    const input = drop.querySelector("input[type=file]");
    input.files = files;
    listChosen(drop);
    input.focus();
  };
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    find("drop")?.classList.add("is-over");
  });
  for (const end of ["dragleave", "drop", "dragend"]) {
    document.addEventListener(end, () => find("drop")?.classList.remove("is-over"));
  }
  document.addEventListener("drop", takeFiles);

  const findFault = (form) => {
    const files = [...(form.querySelector("input[type=file]")?.files ?? [])];
    const most = Number(form.dataset.mostBytes);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (files.length > Number(form.dataset.mostFiles)) return `At most ${form.dataset.mostFiles} at a time.`;
    if (total > most) {
      return `These are ${(total / MEGABYTE).toFixed(1)} MB; the page takes at most ${Math.floor(most / MEGABYTE)} MB.`;
    }
    return "";
  };

  for (const form of findAll("wait")) {
    form.addEventListener("submit", (event) => {
      const fault = form.dataset.mostBytes ? findFault(form) : "";
      if (fault) {
        event.preventDefault();
        tell(fault);
      } else if (!event.submitter?.formAction.includes("/download/")) {
        tell("");
        const waiting = find("waiting", form);
        if (waiting) waiting.textContent = "Reading …";
      }
    });
  }
  window.addEventListener("pageshow", () => {
    for (const waiting of findAll("waiting")) waiting.textContent = "";
  });

  // ------------------------------------------------------------------ role

  for (const combo of findAll("combo")) {
    const input = combo.querySelector("input");
    const list = combo.querySelector("[role=listbox]");
    let chosen = -1;
    let asked = "";

    // The browser's own list shows only titles that hold what was typed; ours knows misspellings and other titles.
    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const close = () => {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const highlight = (index) => {
      const options = [...list.children];
      chosen = (index + options.length) % options.length;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
      options[chosen].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[chosen].id);
    };
    const take = (option) => {
      input.value = option.dataset.title;
      asked = input.value;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
      fetch(`/roles?q=${encodeURIComponent(input.value)}`).catch(() => {}); // makes the role ready
    };
    const show = (roles) => {
      const options = roles.map((role, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.title = role.title;
        option.textContent = role.title;
        if (role.also) option.append(" ", Object.assign(document.createElement("small"), { textContent: role.also }));
        return option;
      });
      list.replaceChildren(...options);
      chosen = -1;
      list.hidden = !options.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
    };
    const ask = async () => {
      asked = input.value;
      if (!asked.trim()) return close();
      try {
        const answer = await fetch(`/roles?q=${encodeURIComponent(asked)}`);
        const { roles } = await answer.json();
        if (asked === input.value && document.activeElement === input) show(roles);
      } catch {
        close();
      }
    };
    input.addEventListener("input", debounce(() => input.value !== asked && ask(), ROLE_PAUSE));
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask();
        else highlight(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        take(list.children[chosen]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // keeps the focus in the field
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });
  }

  for (const posting of findAll("posting")) {
    posting.addEventListener("toggle", () => fetch("/ready").catch(() => {}), { once: true });
  }

  // ------------------------------------------------------------------ the text and what it shows

  const work = find("live");
  if (work) {
    const text = work.querySelector("textarea[name=text]");
    const mirror = find("mirror");
    const status = find("status");
    const result = find("result");
    const title = find("role-title");
    let marks = []; // [start, end, strength, skills], in order
    let mirrored = text.value;
    let isAsking = false;
    let isStale = false;
    let told = "";
    let isNew = true; // what the page came with is no change

    const draw = () => {
      const parts = [];
      let end = 0;
      for (const [start, stop, strength] of marks) {
        parts.push(mirrored.slice(end, start));
        const mark = document.createElement("mark");
        if (strength === "listed") mark.className = "listed";
        mark.textContent = mirrored.slice(start, stop);
        parts.push(mark);
        end = stop;
      }
      // A last line break takes a line only when something follows it.
      mirror.replaceChildren(...parts, mirrored.slice(end), "\u200b");
    };

    // Marks move with the words behind what was typed until the server has looked again.
    const shift = (old, now) => {
      let same = 0;
      const least = Math.min(old.length, now.length);
      while (same < least && old[same] === now[same]) same += 1;
      let tail = 0;
      while (tail < least - same && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
      const moved = now.length - old.length;
      marks = marks.flatMap(([start, stop, ...rest]) => {
        if (stop <= same) return [[start, stop, ...rest]];
        if (start >= old.length - tail) return [[start + moved, stop + moved, ...rest]];
        return [];
      });
    };

    // What was unfolded in the report stays so in the next one.
    const openParts = () => [...result.querySelectorAll("[data-skills] details[open]")];
    const nameOf = (part) => part.closest("[data-skills]").querySelector(".sg-name").textContent;
    const showReport = (report) => {
      const unfolded = new Set(openParts().map(nameOf));
      result.innerHTML = report;
      for (const part of result.querySelectorAll("[data-skills] details")) part.open = unfolded.has(nameOf(part));
    };

    const look = async () => {
      if (isAsking) {
        isStale = true;
        return;
      }
      isAsking = true;
      isStale = false;
      const sent = text.value;
      try {
        const form = new FormData(work);
        // A form sends line ends as two characters; marks are counted on the text as it stands here.
        form.set("text", sent);
        const answer = await fetch("/edit", { method: "POST", body: form });
        const found = await answer.json();
        if (found.error) {
          tell(found.error);
        } else {
          tell("");
          if (!isNew) {
            // Set only when it is another: screen readers read out whatever is set.
            if (found.status !== told) status.innerHTML = found.status;
            told = found.status;
            showReport(found.report);
            title.textContent = found.role;
          }
          isNew = false;
          if (sent === text.value) {
            marks = found.marks;
            draw();
          }
        }
      } catch {
        tell("The program behind this page does not answer. Is it still running? Your text is still here.");
      }
      isAsking = false;
      if (isStale) look();
    };
    const lookSoon = debounce(look, EDIT_PAUSE);
    const lookAgain = () => {
      isNew = false;
      lookSoon();
    };

    const follow = () => {
      shift(mirrored, text.value);
      mirrored = text.value;
      draw();
      lookAgain();
    };
    text.addEventListener("input", follow);
    work.addEventListener("reset", () => setTimeout(follow));
    for (const name of ["role", "posting"]) work.elements[name]?.addEventListener("change", lookAgain);
    draw();
    look();
  }

  // What stands below the bar that sticks to the top, and what is scrolled to, makes room for it.
  const bar = find("bar");
  if (bar) {
    const sticky = () => (getComputedStyle(bar).position === "sticky" ? bar : find("status"));
    const measure = () =>
      document.documentElement.style.setProperty("--bar", `${Math.ceil(sticky().getBoundingClientRect().height)}px`);
    for (const element of [bar, find("status")]) new ResizeObserver(measure).observe(element);
  }

  const print = find("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  // An error at the top of a new page is where reading should begin.
  const problems = document.getElementById("problems");
  if (problems && !problems.hidden) problems.focus();
})();
