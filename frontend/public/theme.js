// Before the first paint: the theme that the user chose, or nothing, which is the system's.
// A file of its own, since the content security policy allows no inline script.
try {
  const theme = localStorage.getItem("taskchat.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
