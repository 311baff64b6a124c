"use strict";
/* The page is whole without this script: it adds tooltips, a table that can be searched and sorted, and a switch. */
document.documentElement.classList.add("js"); // before the body is read: a long table is then not laid out as a whole

document.addEventListener("DOMContentLoaded", () => {
  const find = (id) => document.getElementById(id);
  const tip = find("tip");
  let told = null; // the mark that the tooltip belongs to

  // ---- tooltips, and arrow keys from one mark of a picture to the next ----

  function show(mark) {
    told = mark;
    const box = mark.getBoundingClientRect();
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    const left = Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 8 ? above : Math.min(box.bottom + 8, innerHeight - tip.offsetHeight - 8)}px`;
  }
  const hide = () => { told = null; tip.hidden = true; };

  /* The mark above or below: the nearest in that direction, where what lies to the side counts double. */
  function beyond(marks, here, down) {
    const from = marks[here].getBoundingClientRect();
    let best = here;
    let least = Infinity;
    marks.forEach((mark, place) => {
      const box = mark.getBoundingClientRect();
      const ahead = down ? box.top - from.top : from.top - box.top;
      const far = ahead + 2 * Math.abs(box.left - from.left);
      if (ahead > from.height / 2 && far < least) [best, least] = [place, far];
    });
    return best;
  }

  function press(event, marks) {
    const here = marks.indexOf(event.target.closest(".mark"));
    const places = {
      ArrowRight: () => here + 1, ArrowLeft: () => here - 1, Home: () => 0, End: () => marks.length - 1,
      ArrowDown: () => beyond(marks, here, true), ArrowUp: () => beyond(marks, here, false),
    };
    if (event.key === "Escape") return hide();
    if ((event.key === "Enter" || event.key === " ") && marks[here].dataset.state) {
      event.preventDefault();
      return only(marks[here].dataset.state);
    }
    if (!(event.key in places)) return undefined;
    event.preventDefault();
    const there = marks[Math.max(0, Math.min(marks.length - 1, places[event.key]()))];
    marks[here].tabIndex = -1;
    there.tabIndex = 0;
    return there.focus();
  }

  for (const picture of document.querySelectorAll("[data-marks]")) {
    const marks = [...picture.querySelectorAll(".mark")];
    marks.forEach((mark, number) => {
      const title = mark.querySelector("title");
      mark.setAttribute("aria-label", title.textContent);
      title.remove(); // or the browser would show it as well
      mark.tabIndex = number ? -1 : 0;
      if (mark.dataset.state) mark.setAttribute("role", "button");
      mark.addEventListener("pointerenter", () => show(mark));
      mark.addEventListener("pointerleave", hide);
      mark.addEventListener("focus", () => show(mark));
      mark.addEventListener("blur", hide);
      mark.addEventListener("click", () => (mark.dataset.state ? only(mark.dataset.state) : show(mark)));
    });
    picture.addEventListener("keydown", (event) => press(event, marks));
  }
  addEventListener("scroll", () => { if (told) show(told); }, { passive: true });

  // ---- light and dark ----

  const theme = find("theme");
  const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.hidden = false;
  theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; name(); });
  name();

  // ---- the table of partners ----

  const PAGE = 25;
  const STAGES = [...find("by-stage").options].map((option) => option.value || option.text);
  const heads = [...document.querySelectorAll("#list thead th")];
  const column = Object.fromEntries(heads.map((head, place) => [head.textContent, place]));
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const body = document.querySelector("#list tbody");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let rows = [...body.rows];
  let kept = rows;
  let first = 0;
  let on = [];

  function turn(to) {
    first = Math.max(0, Math.min(to, kept.length - 1));
    for (const row of on) row.classList.remove("on");
    on = kept.slice(first, first + PAGE);
    for (const row of on) row.classList.add("on");
    find("pages").hidden = kept.length <= PAGE;
    find("shown").textContent = `${(first + 1).toLocaleString("en")}–${(first + on.length).toLocaleString("en")} of ${kept.length.toLocaleString("en")}`;
    find("back").disabled = first === 0;
    find("on").disabled = first + PAGE >= kept.length;
  }

  function search() {
    const words = plain(find("words").value).split(/\s+/).filter(Boolean);
    const stage = find("by-stage").value;
    const state = find("by-state").value;
    kept = rows.filter((row) => {
      row.plain ??= plain([...row.cells].map((cell) => cell.textContent).join(" "));
      const fits = (!stage || row.cells[column.Stage].textContent === stage)
        && (!state || row.cells[column.State].textContent.trim() === state)
        && words.every((word) => row.plain.includes(word));
      row.classList.toggle("out", !fits);
      return fits;
    });
    find("found").textContent = kept.length === rows.length ? "" : `${kept.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} fit`;
    turn(0);
  }

  function sort(head) {
    const place = heads.indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keys = new Map(rows.map((row) => [row, row.cells[place].textContent.trim()]));
    const compare = place === column.Stage
      ? (a, b) => STAGES.indexOf(keys.get(a)) - STAGES.indexOf(keys.get(b))
      : (a, b) => (keys.get(a) === "") - (keys.get(b) === "") || order.compare(keys.get(a), keys.get(b));
    rows.sort(down ? (a, b) => (keys.get(a) === "") - (keys.get(b) === "") || compare(b, a) : compare);
    body.append(...rows);
    search();
  }

  function only(state) {
    find("by-state").value = state;
    search();
    find("partners").scrollIntoView();
    find("by-state").focus({ preventScroll: true });
  }

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(head));
  }
  find("search").hidden = false;
  find("search").addEventListener("submit", (event) => event.preventDefault());
  find("words").addEventListener("input", search);
  find("by-stage").addEventListener("change", search);
  find("by-state").addEventListener("change", search);
  find("back").addEventListener("click", () => turn(first - PAGE));
  find("on").addEventListener("click", () => turn(first + PAGE));
  turn(0);

  addEventListener("beforeprint", () => { for (const more of document.querySelectorAll("details.more")) more.open = true; });
});
