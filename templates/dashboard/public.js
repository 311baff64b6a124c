"use strict";
/* The page is whole without this script: it adds a search. */
document.addEventListener("DOMContentLoaded", () => {
  const find = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const all = [...document.querySelectorAll(".organization")];
  const texts = all.map((one) => plain(one.textContent.replace(/\s+/g, " ")));

  find("search").hidden = false;
  find("search").addEventListener("submit", (event) => event.preventDefault());
  find("words").addEventListener("input", () => {
    const words = plain(find("words").value).split(/\s+/).filter(Boolean);
    let count = 0;
    all.forEach((one, place) => {
      const fits = words.every((word) => texts[place].includes(word));
      one.classList.toggle("out", !fits);
      count += fits;
    });
    find("found").textContent = words.length ? `${count.toLocaleString("en")} of ${all.length.toLocaleString("en")} fit` : "";
    find("nobody").hidden = count > 0;
  });
});
