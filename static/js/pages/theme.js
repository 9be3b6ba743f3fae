/**
 * Runs before the first paint, so that the page never flashes in the wrong colours. A plain script, not a module.
 */
{
  const root = document.documentElement;
  let wanted = null;
  try {
    wanted = localStorage.getItem("tinkernet.theme");
    root.dataset.visit = localStorage.getItem("tinkernet.used") ? "again" : "first";
    root.classList.toggle("calling", !localStorage.getItem("tinkernet.greeted"));
  } catch {
    root.dataset.visit = "first";
  }
  const dark = wanted ? wanted === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "dark" : "light";
}
