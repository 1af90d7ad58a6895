/* A section that saves itself. htmx sends; this keeps what is not saved yet on the device, and says what is happening. */
"use strict";

(() => {
  const OLDEST = 14 * 24 * 3600 * 1000;
  const PAUSES = [3, 6, 12, 24, 48, 60];
  // As portal/casework/answers.py counts: each ideograph, and each unbroken run of other letters and digits.
  const IDEOGRAPH = "[㐀-䶿一-鿿豈-﫿\\u{20000}-\\u{3ffff}]";
  const RUN = `(?:(?!${IDEOGRAPH})[\\p{L}\\p{N}])+`;
  const WORD = new RegExp(`${IDEOGRAPH}|${RUN}(?:['’.,-]${RUN})*`, "gu");

  const shelf = {
    read(key) {
      try {
        const kept = JSON.parse(localStorage.getItem(key));
        return kept && Date.now() - kept.at < OLDEST ? kept : null;
      } catch { return null; }
    },
    write(key, kept) {
      try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* a full or forbidden store: the server still saves */ }
    },
    remove(key) {
      try { localStorage.removeItem(key); } catch { /* nothing was kept then */ }
    },
  };

  const keyFor = (person, path) => `unsaved:${person}:${path}`;
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  // Saved by the button: the copy on the device has done its work.
  document.querySelectorAll("[data-saved-path]").forEach((mark) => {
    Object.keys(localStorage).filter((key) => key.startsWith("unsaved:") && key.endsWith(`:${mark.dataset.savedPath}`))
      .forEach((key) => shelf.remove(key));
  });

  document.querySelectorAll("textarea[data-limit]").forEach((area) => {
    const counter = document.querySelector(`[data-counter-of="${area.id}"]`);
    const words = area.form?.dataset.sayCount;
    if (!counter || !words) return;
    const count = () => {
      const number = (area.value.match(WORD) || []).length;
      counter.textContent = words.replace("{number}", number).replace("{limit}", area.dataset.limit);
      counter.classList.toggle("text-danger", number > Number(area.dataset.limit));
    };
    area.addEventListener("input", count);
    if (area.value) count();
  });

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const say = form.dataset;
  const fields = say.fields.split(" ").filter(Boolean);
  const key = keyFor(say.person, location.pathname);
  const saved = document.getElementById("saved");
  let tried = {}, sent = null, failures = 0, timer = 0, restored = false;

  const inputs = (name) => [...form.elements].filter((element) => element.name === name);
  const values = (name) => inputs(name)
    .filter((element) => !["checkbox", "radio"].includes(element.type) || element.checked)
    .map((element) => element.value);
  const collect = (prefix) => Object.fromEntries(fields.map((code) => [code, values(`${prefix}-${code}`)]));
  const setValues = (code, wanted) => inputs(`f-${code}`).forEach((element) => {
    if (["checkbox", "radio"].includes(element.type)) element.checked = wanted.includes(element.value);
    else element.value = wanted[0] ?? "";
  });
  const setWas = (code, wanted) => {
    const box = document.getElementById("was");
    inputs(`was-${code}`).forEach((element) => element.remove());
    (wanted.length ? wanted : [""]).forEach((value) => {
      const element = document.createElement("input");
      Object.assign(element, { type: "hidden", name: `was-${code}`, value });
      box.append(element);
    });
  };
  const keep = () => shelf.write(key, { typed: collect("f"), was: collect("was"), tried, at: Date.now() });

  const tell = (words, tone, link) => {
    const tag = document.createElement("span");
    tag.className = `tag ${tone}`;
    tag.textContent = words;
    saved.replaceChildren(tag);
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = say.signIn;
    anchor.textContent = link;
    saved.append(" ", anchor);
  };

  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => htmx.trigger(form, "again"), PAUSES[Math.min(failures, PAUSES.length) - 1 || 0] * 1000);
  };

  const failed = (words, link) => {
    failures += 1;
    if (sent) {
      fields.forEach((code) => {
        const list = tried[code] ||= [];
        if (!list.some((one) => same(one, sent[code]))) list.push(sent[code]);
      });
    }
    keep();
    tell(words, "wait", link);
  };

  form.addEventListener("input", keep);
  form.addEventListener("change", (event) => {
    const choice = event.target.name || "";
    if (choice.startsWith("choose-") && event.target.value === "theirs") {
      const code = choice.slice("choose-".length);
      setValues(code, values(`seen-${code}`));
    }
    keep();
  });

  form.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    inputs("csrfmiddlewaretoken").forEach((element) => {
      // Signing in again in another window changes the token: take the one of now.
      const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
      if (token) parameters.csrfmiddlewaretoken = token[1];
    });
    [...form.elements].filter((element) => element.type === "file").forEach((element) => { delete parameters[element.name]; });
    fields.forEach((code) => {
      if (tried[code]?.length) parameters[`tried-${code}`] = tried[code].map((one) => JSON.stringify(one));
    });
    sent = collect("f");
    tell(say.saySaving, "info");
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, successful } = event.detail;
    if (successful) return;
    if (xhr.status === 401 || xhr.status === 403) failed(say.saySignedOut, say.saySignIn);
    else if (xhr.status === 409) { keep(); tell(xhr.responseText, "bad"); }
    else { failed(say.sayLost); again(); }
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "saved") return;
    failures = 0;
    tried = {};
    // What a colleague changed and this page left alone comes in, unless it has been touched since it was sent.
    form.querySelectorAll("input[data-now]").forEach((mark) => {
      const code = mark.name.slice("was-".length);
      if (!same(values(`f-${code}`).filter(Boolean), values(`was-${code}`).filter(Boolean))) return;
      const now = JSON.parse(mark.dataset.now);
      setValues(code, now);
      setWas(code, now);
    });
    form.querySelectorAll(".answer").forEach((answer) => {
      const wrong = answer.querySelector(".under .invalid-feedback") !== null;
      answer.querySelectorAll("input, select, textarea").forEach((element) => {
        if (element.type === "hidden" || element.type === "radio" || element.type === "checkbox") return;
        if (wrong) element.setAttribute("aria-invalid", "true");
        else if (element.type !== "file") element.removeAttribute("aria-invalid");
      });
      answer.classList.toggle("wrong", wrong);
    });
    const waits = form.querySelector(".clash") !== null;
    if (!waits && same(collect("f"), sent)) shelf.remove(key);
    else keep();
  });

  window.addEventListener("online", () => { if (failures) htmx.trigger(form, "again"); });

  const kept = shelf.read(key);
  if (kept && !same(kept.typed, collect("f"))) {
    fields.filter((code) => kept.typed[code]).forEach((code) => {
      setValues(code, kept.typed[code]);
      setWas(code, kept.was?.[code] || []);
    });
    tried = kept.tried || {};
    restored = true;
  } else if (kept) {
    shelf.remove(key);
  }
  if (restored) {
    tell(say.sayRestored, "info");
    timer = setTimeout(() => htmx.trigger(form, "again"), 1500);
  }
})();
