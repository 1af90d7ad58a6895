// What is typed on a case page stays in this tab until it has been saved: a lost connection or an expired session
// costs nothing. The page works the same without this file.
const shelfOf = (name) => `case:${location.pathname}:${name}`;
const shelf = (form) => shelfOf(form.dataset.keep);
const typed = (form) =>
  [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.tagName !== "BUTTON");

const state = (field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value);
const key = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);

// Completing is the second button of the form that saves the draft.
const FORM_OF = { complete_review: "save_review" };
const done = new URLSearchParams(location.search).get("done");
// What is done may have no form on the page any more; it must not come back with its form either.
if (done) sessionStorage.removeItem(shelfOf(FORM_OF[done] || done));

for (const form of document.querySelectorAll("form[data-keep]")) {
  const kept = JSON.parse(sessionStorage.getItem(shelf(form)) || "null");
  if (kept) {
    for (const field of typed(form)) {
      if (!(key(field) in kept)) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = kept[key(field)];
      else field.value = kept[key(field)];
    }
    form.closest("details")?.setAttribute("open", "");
  }
  form.addEventListener("input", () => {
    const now = Object.fromEntries(typed(form).map((field) => [key(field), state(field)]));
    sessionStorage.setItem(shelf(form), JSON.stringify(now));
  });
}
// The address is clean again, so that reloading does not forget what is typed next.
if (done) history.replaceState(null, "", location.pathname + location.hash);

document.querySelector(".case [role=alert]")?.focus();
