// What is nicer with JavaScript. Everything works without it.
"use strict";

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// Coming back to a page by the browser's own button makes its forms work again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
  }
});

// A report's form that is left with something typed and not sent is kept, as its own second button keeps it.
const kept = document.querySelector("form[data-keep]");
if (kept) {
  let typed = false;
  kept.addEventListener("input", () => {
    typed = true;
  });
  window.addEventListener("pagehide", () => {
    if (typed && !kept.dataset.sent) {
      const body = new URLSearchParams(new FormData(kept));
      body.set("_keep", "yes");
      fetch(kept.action, { method: "POST", body, keepalive: true });
    }
  });
}

// In the chat, Enter asks and Shift with Enter makes a new line.
const question = document.getElementById("question");
if (question) {
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      question.form.requestSubmit();
    }
  });
}

// After an error the summary has the focus, so that it is read out.
const summary = document.getElementById("summary");
if (summary) {
  summary.focus();
}

// A file that is too large is said to be so before it is sent.
for (const chooser of document.querySelectorAll("input[type=file][data-most]")) {
  chooser.addEventListener("change", () => {
    const large = [...chooser.files].some((file) => file.size > Number(chooser.dataset.most));
    chooser.setCustomValidity(large ? chooser.dataset.says : "");
    chooser.reportValidity();
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
document.documentElement.classList.add("js");
