// Replaces the page's content every 3 s, which keeps the place where the reader is. When the server is gone, says so.
"use strict";

const lost = document.createElement("p");
lost.id = "lost";
lost.className = "notice bad";
lost.setAttribute("role", "alert");
lost.textContent = "make run has ended: this page shows what was last read.";

async function refresh() {
  try {
    const answer = await fetch("/", { signal: AbortSignal.timeout(15000) });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = document.querySelector("main");
    if (!main.contains(document.activeElement) && getSelection().isCollapsed) main.replaceWith(page.querySelector("main"));
    document.title = page.title;
    document.documentElement.classList.remove("stale");
    lost.remove();
  } catch {
    document.documentElement.classList.add("stale");
    document.body.prepend(lost);
  }
  setTimeout(refresh, 3000);
}

setTimeout(refresh, 3000);
