// The desk's menu on narrow screens. Without this script the menu simply stands above the content.
const button = document.querySelector(".desk-menu-button");
const menu = document.getElementById("desk-nav");

if (button && menu) {
  document.documentElement.classList.add("desk-folds");
  button.hidden = false;
  const fold = (open) => {
    button.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("desk-nav-open", open);
  };
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      fold(false);
      button.focus();
    }
  });
}
